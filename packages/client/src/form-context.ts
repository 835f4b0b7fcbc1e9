/** What the components inside an action form know of it. */
import { createContext } from 'react'

export interface FormContextValue {
  /** Begins the ids of what describes the form's fields. */
  readonly id: string
  readonly errors: ReadonlyMap<string, readonly string[]>
  readonly message: string
  readonly isFailed: boolean
  /** Count a place where the form's message (`null`) or a field's errors are shown; returns how to take it back. */
  addPlace(name: string | null): () => void
  /** Forget the last result, as if the form had never been sent. */
  reset(): void
}

export const FormContext = createContext<FormContextValue | null>(null)

/** The id of what a field error says, by which the field's control refers to it: an id holds no blanks. */
export function errorId(formId: string, name: string): string {
  return `${formId}-${encodeURIComponent(name)}`
}

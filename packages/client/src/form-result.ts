/**
 * What an action form knows after its last submission: the action's state, or what went wrong.
 *
 * Twin: src/wingbeat/ui/form_results.py. The server builds the same for a form that was posted without JavaScript.
 */
import { ActionError } from './errors.js'

export interface FormResult {
  /** What the action returned last; it is sent to it as its first argument. */
  readonly state: unknown
  /** Set if the action did not return. */
  readonly failure?: FormFailure
}

export interface FormFailure {
  /** What the action said. */
  readonly message?: string
  /** What is wrong with each field. */
  readonly errors?: unknown
}

/** The code of an ActionError that stands for arguments refused by their annotations. */
const REFUSED_ARGUMENTS = 'invalid_arguments'

/** What went wrong, if it is for people to read; null for a failure that is not. */
export function failureOf(error: unknown): FormFailure | null {
  if (!(error instanceof ActionError)) return null
  const errors = propertyOf(error.data, 'fields')
  const message = error.code === REFUSED_ARGUMENTS ? undefined : error.message
  return { ...(message === undefined ? null : { message }), ...(errors === undefined ? null : { errors }) }
}

/** The sentences about each field, by its name: the failure's, or those of a state `{errors: {name: [...]}}`. */
export function errorsOf({ state, failure }: FormResult): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  const errors = failure === undefined ? propertyOf(state, 'errors') : failure.errors
  if (typeof errors !== 'object' || errors === null || Array.isArray(errors)) return found
  for (const [name, said] of Object.entries(errors)) {
    const texts = (Array.isArray(said) ? said : [said]).filter((text) => typeof text === 'string' && text !== '')
    if (texts.length > 0) found.set(name, texts as string[])
  }
  return found
}

/** The sentence about the form as a whole: the failure's, or that of a state `{message: "..."}`. */
export function messageOf({ state, failure }: FormResult): string {
  const message = failure === undefined ? propertyOf(state, 'message') : failure.message
  return typeof message === 'string' ? message : ''
}

function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name]
}

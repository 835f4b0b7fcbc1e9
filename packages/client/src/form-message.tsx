/** What is to be said of an action form as a whole: a live region, so that it is also heard. */
import { useContext, useLayoutEffect, type ComponentProps, type ReactNode } from 'react'
import { FormContext } from './form-context.js'

export type FormMessageProps = Omit<ComponentProps<'div'>, 'role' | 'ref'>

const DEFAULT_MESSAGE = 'Please check what you entered.'

export function FormMessage({ children, ...attributes }: FormMessageProps): ReactNode {
  const form = useContext(FormContext)
  if (form === null) throw new Error('form_message() stands in no action_form.')
  const { addPlace, isFailed, message } = form
  useLayoutEffect(() => addPlace(null), [addPlace])
  return (
    <div {...attributes} role={isFailed ? 'alert' : 'status'}>
      {message || (isFailed ? (children ?? DEFAULT_MESSAGE) : null)}
    </div>
  )
}

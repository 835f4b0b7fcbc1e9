/**
 * A button that starts afresh: in an action form it empties the form; on an error page it asks the server for the
 * page again, which ends the failure.
 */
import { useContext, type ComponentProps, type ReactNode } from 'react'
import { FormContext } from './form-context.js'
import { refresh } from './navigation.js'

export function ResetButton({ onClick, children, ...attributes }: ComponentProps<'button'>): ReactNode {
  const form = useContext(FormContext)
  return (
    <button
      type={form === null ? 'button' : 'reset'}
      {...attributes}
      onClick={(event) => {
        onClick?.(event)
        if (event.defaultPrevented) return
        if (form === null) void refresh()
        else form.reset()
      }}
    >
      {children}
    </button>
  )
}

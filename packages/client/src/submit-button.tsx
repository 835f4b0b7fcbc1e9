/** A submit button that shows when its form is being sent. */
import type { ComponentProps, MouseEvent, ReactNode } from 'react'
import { useFormStatus, type FormStatus } from 'react-dom'

export interface SubmitButtonProps extends ComponentProps<'button'> {
  /** Shown in place of the children while the form is being sent. */
  readonly pending?: ReactNode
}

export function SubmitButton({ pending, children, onClick, ...attributes }: SubmitButtonProps): ReactNode {
  const isPending = isSubmitterOf(useFormStatus(), attributes)
  // Not `disabled`: a button that is disabled while it has the focus loses it, and with it the keyboard user's place.
  const click = (event: MouseEvent<HTMLButtonElement>): void => {
    if (isPending) event.preventDefault()
    else onClick?.(event)
  }
  return (
    <button type="submit" {...attributes} {...(isPending ? { 'aria-disabled': true } : null)} onClick={click}>
      {isPending && pending !== undefined ? pending : children}
    </button>
  )
}

/** A button with a name or an action of its own is pending only if it was the one pressed. */
function isSubmitterOf(status: FormStatus, { name, value, formAction }: ComponentProps<'button'>): boolean {
  if (!status.pending) return false
  if (typeof formAction === 'function') return status.action === formAction
  if (name !== undefined) return status.data.getAll(name).includes(String(value ?? ''))
  return true
}

/** What is wrong with one field of an action form, and the field marked as wrong while something is. */
import { useContext, useLayoutEffect, useRef, type ComponentProps, type ReactNode } from 'react'
import { FormContext, errorId } from './form-context.js'

export interface FieldErrorProps extends Omit<ComponentProps<'p'>, 'children' | 'id' | 'ref'> {
  readonly name: string
}

export function FieldError({ name, ...attributes }: FieldErrorProps): ReactNode {
  const form = useContext(FormContext)
  if (form === null) throw new Error(`field_error("${name}") stands in no action_form.`)
  const { addPlace } = form
  const texts = form.errors.get(name)
  const id = errorId(form.id, name)
  const shown = useRef<HTMLParagraphElement>(null)

  useLayoutEffect(() => addPlace(name), [addPlace, name])
  // After every render: a new page from the server knows nothing of the marks.
  useLayoutEffect(() => {
    const controls = controlsOf(shown.current?.closest('form'), name)
    for (const control of controls) mark(control, id)
    return () => {
      for (const control of controls) unmark(control, id)
    }
  })
  if (texts === undefined) return null
  return (
    <p {...attributes} id={id} ref={shown}>
      {texts.join(' ')}
    </p>
  )
}

function controlsOf(form: HTMLFormElement | null | undefined, name: string): Element[] {
  const controls: Element[] = form ? [...form.elements] : []
  return controls.filter(
    (one) => one.getAttribute('name') === name && one.getAttribute('type') !== 'hidden' && one.localName !== 'button',
  )
}

function mark(control: Element, id: string): void {
  control.setAttribute('aria-invalid', 'true')
  const described = wordsOf(control)
  if (!described.includes(id)) control.setAttribute('aria-describedby', [...described, id].join(' '))
}

function unmark(control: Element, id: string): void {
  control.removeAttribute('aria-invalid')
  const described = wordsOf(control).filter((word) => word !== id)
  if (described.length > 0) control.setAttribute('aria-describedby', described.join(' '))
  else control.removeAttribute('aria-describedby')
}

function wordsOf(control: Element): string[] {
  return (control.getAttribute('aria-describedby') ?? '').split(/\s+/).filter((word) => word !== '')
}

/**
 * Keeps what was typed into a form whose action failed: React resets a form after its action, whatever came of it.
 *
 * The reset is an event, which can be cancelled. Which form a call belongs to is written into the form's own
 * FormData, as it is made, because an action may run long after the submit event; calls do not send that field.
 */
import { HIDDEN_FIELD_PREFIX } from './wire-names.js'

const FORM_FIELD = `${HIDDEN_FIELD_PREFIX}ELEMENT`

const forms = new Map<string, WeakRef<HTMLFormElement>>()
const marks = new WeakMap<HTMLFormElement, string>()
const kept = new WeakSet<EventTarget>()
let submission: SubmitEvent | undefined
let count = 0

export function startKeepingFields(): void {
  addEventListener('submit', beginSubmit, { capture: true })
  addEventListener('formdata', markEntries, { capture: true })
  addEventListener('reset', cancelReset, { capture: true })
  addEventListener('click', allowReset, { capture: true })
}

/** The form that an action's arguments come from, if they come from one. */
export function formOf(args: readonly unknown[]): HTMLFormElement | undefined {
  for (const argument of args) {
    const mark = argument instanceof FormData ? argument.get(FORM_FIELD) : null
    if (typeof mark === 'string') return forms.get(mark)?.deref()
  }
  return undefined
}

/** The next reset of `form` is React's, and is not to happen. */
export function keepFields(form: HTMLFormElement | null | undefined): void {
  if (form) kept.add(form)
}

function beginSubmit(event: SubmitEvent): void {
  submission = event
  // What was kept from the last submission is sent now; this one decides for itself.
  if (event.target !== null) kept.delete(event.target)
}

/** React makes a form's FormData while the submit event is dispatched, the browser after that. */
function markEntries(event: FormDataEvent): void {
  const form = event.target
  const isReacts = submission?.target === form && submission?.eventPhase !== Event.NONE
  if (!isReacts || !(form instanceof HTMLFormElement)) return
  event.formData.append(FORM_FIELD, markOf(form))
}

function markOf(form: HTMLFormElement): string {
  const known = marks.get(form)
  if (known !== undefined) return known
  for (const [mark, reference] of forms) if (reference.deref() === undefined) forms.delete(mark)
  const mark = String(++count)
  forms.set(mark, new WeakRef(form))
  marks.set(form, mark)
  return mark
}

function cancelReset(event: Event): void {
  if (event.target !== null && kept.delete(event.target)) event.preventDefault()
}

/** Who presses a reset button means it. */
function allowReset(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest('button, input') : null
  if (!(button instanceof HTMLButtonElement || button instanceof HTMLInputElement)) return
  if (button.type === 'reset' && button.form !== null) kept.delete(button.form)
}

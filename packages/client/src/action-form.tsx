/**
 * A form that shows how its action ended: `field_error` and `form_message` inside it read the result.
 *
 * The state lives in React's useActionState, so the form works before and without JavaScript, and the server's
 * answer to such a post arrives here as the first result. A failure is a result too: the state stays, what was
 * typed stays, and what went wrong is shown.
 */
import {
  useActionState,
  useCallback,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type ComponentProps,
  type ReactNode,
} from 'react'
import { FormContext, type FormContextValue } from './form-context.js'
import { errorsOf, failureOf, messageOf, type FormFailure, type FormResult } from './form-result.js'
import { keepFields } from './kept-fields.js'
import { ACTION_FORM_FIELD } from './wire-names.js'

/** An action: the last state, then the form, as useActionState calls it. */
type FormAction = (state: unknown, form: FormData) => unknown

/** What a server reference has where React renders it into HTML. */
interface FormReference extends FormAction {
  $$FORM_ACTION?: unknown
  $$IS_SIGNATURE_EQUAL?: (id: string, bound: number) => boolean
}

type Step = (previous: FormResult, form: FormData) => Promise<FormResult>

export interface ActionFormProps extends Omit<ComponentProps<'form'>, 'action' | 'ref'> {
  readonly action: FormAction
  /** The state before the first submission. */
  readonly initial?: unknown
}

export function ActionForm({ action, initial = null, children, ...attributes }: ActionFormProps): ReactNode {
  const id = useId()
  const form = useRef<HTMLFormElement>(null)
  const { addPlace, hasPlaceFor } = usePlaces()
  const [fresh] = useState<FormResult>({ state: initial })
  const [forgotten, setForgotten] = useState<FormResult | null>(null)

  async function step(last: FormResult, data: FormData): Promise<FormResult> {
    const previous = last === forgotten ? fresh : last
    let result: FormResult
    try {
      result = { state: await action(previous.state, data) }
    } catch (error) {
      const failure = failureOf(error)
      if (failure === null || !hasPlaceFor(failure)) throw error
      result = { state: previous.state, failure }
    }
    if (isFailed(result)) keepFields(form.current)
    return result
  }

  const [last, formAction] = useActionState(asFormAction(step, action), fresh)
  const result = last === forgotten ? fresh : last
  useFocusOnError(form, result)
  const context: FormContextValue = {
    id,
    errors: errorsOf(result),
    message: messageOf(result),
    isFailed: isFailed(result),
    addPlace,
    reset: () => setForgotten(last),
  }
  return (
    <FormContext value={context}>
      <form {...attributes} ref={form} action={formAction}>
        <input type="hidden" name={ACTION_FORM_FIELD} />
        {children}
      </form>
    </FormContext>
  )
}

function isFailed(result: FormResult): boolean {
  return result.failure !== undefined || errorsOf(result).size > 0
}

/** Where React writes HTML, the form posts to the action itself, with the state that the action knows. */
function asFormAction(step: Step, action: FormReference): Step {
  if (typeof action.$$FORM_ACTION !== 'function') return step
  return Object.assign(step, {
    $$FORM_ACTION: action.$$FORM_ACTION,
    $$IS_SIGNATURE_EQUAL: (id: string, bound: number) => action.$$IS_SIGNATURE_EQUAL?.(id, bound) ?? false,
    bind: (_this: unknown, previous: FormResult) => action.bind(null, previous.state),
  })
}

/** What is shown inside the form. A failure that nothing shows is the error boundary's. */
function usePlaces(): {
  addPlace: FormContextValue['addPlace']
  hasPlaceFor: (failure: FormFailure) => boolean
} {
  const [places] = useState(() => new Map<symbol, string | null>())
  const addPlace = useCallback(
    (name: string | null) => {
      const place = Symbol('place')
      places.set(place, name)
      return () => void places.delete(place)
    },
    [places],
  )
  function hasPlaceFor(failure: FormFailure): boolean {
    const shown = new Set(places.values())
    if (shown.has(null)) return true
    const names = [...errorsOf({ state: null, failure }).keys()]
    return names.length > 0 && names.every((name) => shown.has(name))
  }
  return { addPlace, hasPlaceFor }
}

/** After a submission, put who typed where the first thing is wrong. A page that arrives says so itself. */
function useFocusOnError(form: { readonly current: HTMLFormElement | null }, result: FormResult): void {
  const seen = useRef(result)
  useLayoutEffect(() => {
    if (result === seen.current) return
    seen.current = result
    const wrong = errorsOf(result)
    for (const control of form.current?.elements ?? []) {
      if (!(control instanceof HTMLElement) || !wrong.has(control.getAttribute('name') ?? '')) continue
      if (control.getAttribute('type') === 'hidden') continue
      control.focus()
      return
    }
  })
}

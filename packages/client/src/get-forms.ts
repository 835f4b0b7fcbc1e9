/**
 * Plain forms that ask instead of change: `<form action="/search">`. Sending one is following a link.
 *
 * What is not clearly one of ours is left to the browser, as with links: another site, `target`, `rel="external"`,
 * a file among the fields.
 */
import { navigate } from './navigation.js'
import { isOurs } from './page-requests.js'
import { pagePath } from './page.js'
import { HIDDEN_FIELD_PREFIX } from './wire-names.js'

/** Call after hydration: React, which sends the forms whose action is a function, must come first. */
export function startGetForms(): void {
  document.addEventListener('submit', sendForm)
}

function sendForm(event: SubmitEvent): void {
  const form = event.target
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return
  const url = targetOf(form, event.submitter)
  if (url === null) return
  event.preventDefault()
  void navigate(url, pagePath(url) === pagePath(location.href) ? 'replace' : 'push')
}

/** The URL that the browser would go to; null when that is not ours to show. */
function targetOf(form: HTMLFormElement, button: HTMLElement | null): URL | null {
  // By attribute: a field named "action" hides the form's property.
  const stated = (name: string): string | null =>
    button?.getAttribute(`form${name}`) ?? form.getAttribute(name)
  if (!['', 'get'].includes((stated('method') ?? '').toLowerCase())) return null
  if (!['', '_self'].includes(stated('target') ?? '')) return null
  if ((form.getAttribute('rel') ?? '').split(/\s+/).includes('external')) return null
  const url = addressOf(stated('action') || location.href)
  if (url === null || !isOurs(url)) return null
  const query = queryOf(new FormData(form, button))
  if (query !== null) url.search = query
  return query === null ? null : url
}

function addressOf(action: string): URL | null {
  try {
    return new URL(action, document.baseURI)
  } catch {
    return null
  }
}

/** The fields as the browser writes them; null when one is a file. */
function queryOf(fields: FormData): string | null {
  const query = new URLSearchParams()
  for (const [name, value] of fields) {
    if (typeof value !== 'string') return null
    if (!name.startsWith(HIDDEN_FIELD_PREFIX)) query.append(withLineEnds(name), withLineEnds(value))
  }
  return query.toString()
}

function withLineEnds(text: string): string {
  return text.replace(/\r\n?|\n/g, '\r\n')
}

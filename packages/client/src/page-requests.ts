/**
 * Asking the server for a page's payload, and what it may answer.
 *
 * The payload of a page has a URL of its own: no cache, no restored tab and no back button can take one for the
 * other. HTTP's own redirects are not followed: what answers so is no page of ours, a sign-in page for example.
 */
import type { HistoryMode } from './arrival.js'
import { readPayload } from './flight.js'
import type { PageRow } from './page.js'
import {
  COMPONENT_TYPE,
  PAYLOAD_PARAMETER,
  PREFETCH_HEADER,
  REDIRECT_HEADER,
  REDIRECT_TYPE_HEADER,
} from './wire-names.js'

let base = ''
let build = ''

/** From the first page's row: where the app is mounted, and which build of it this is. */
export function rememberApp(row: PageRow): void {
  base = row.base
  build = row.build
}

export function isThisBuild(other: string | undefined): boolean {
  return other === undefined || other === build
}

export function isOurs(url: URL): boolean {
  if (url.origin !== location.origin) return false
  return base === '' || url.pathname === base || url.pathname.startsWith(`${base}/`)
}

export interface RedirectTarget {
  readonly url: URL
  readonly mode: HistoryMode
  /** The target is not ours to show: another site, or a document. */
  readonly leaves: boolean
}

export interface ReceivedPage {
  readonly row: PageRow
  /** The caller's count when it asked. */
  readonly sent: number
  /** Whether all of it came, once the answer has ended. */
  readonly isWhole: Promise<boolean>
}

export type Answer =
  | ({ readonly kind: 'page' } & ReceivedPage)
  | ({ readonly kind: 'redirect' } & RedirectTarget)
  /** Not a payload of this build: the document must be loaded. */
  | { readonly kind: 'document' }
  /** An answer that says nothing about the page. */
  | { readonly kind: 'failure' }
  /** No answer. */
  | { readonly kind: 'unreachable' }

export interface RequestOptions {
  readonly signal?: AbortSignal
  /** Nobody has asked for the page yet. */
  readonly isPrefetch?: boolean
}

export async function requestPage(url: URL, sent: number, options: RequestOptions = {}): Promise<Answer> {
  let response: Response
  try {
    response = await fetch(payloadUrl(url), {
      headers: { Accept: COMPONENT_TYPE, ...(options.isPrefetch ? { [PREFETCH_HEADER]: '1' } : null) },
      redirect: 'manual',
      ...(options.signal === undefined ? null : { signal: options.signal }),
    })
  } catch {
    return { kind: 'unreachable' }
  }
  const redirect = redirectOf(response)
  if (redirect !== null) return { kind: 'redirect', ...redirect }
  // A payload is a page whatever its status: the app's own error page, for one.
  if (response.status >= 500 && !isComponent(response)) return { kind: 'failure' }
  if (!isComponent(response)) return { kind: 'document' }
  try {
    const { value, isWhole } = await readPayload(response)
    const row = (await value) as PageRow
    return isThisBuild(row.build) ? { kind: 'page', row, sent, isWhole } : { kind: 'document' }
  } catch {
    return { kind: navigator.onLine ? 'failure' : 'unreachable' }
  }
}

/** Appended as text, so that the server can take it off without touching the rest. */
function payloadUrl(url: URL): string {
  const mark = url.search === '' ? '?' : '&'
  return `${url.pathname}${url.search}${mark}${PAYLOAD_PARAMETER}=${encodeURIComponent(build)}`
}

export function isComponent(response: Response): boolean {
  return response.body !== null && (response.headers.get('Content-Type') ?? '').startsWith(COMPONENT_TYPE)
}

export function redirectOf(response: Response): RedirectTarget | null {
  const target = response.headers.get(REDIRECT_HEADER)
  return target === null ? null : redirectTo(target, response.headers.get(REDIRECT_TYPE_HEADER) ?? 'push')
}

/** `type` is what the server says: `push` or `replace`, and `external` or `document` for what is not ours to show. */
export function redirectTo(target: string, type: string): RedirectTarget {
  const words = type.split(' ')
  const url = new URL(target, location.href)
  const leaves = words.includes('external') || words.includes('document') || !isOurs(url)
  return { url, mode: words.includes('replace') ? 'replace' : 'push', leaves }
}

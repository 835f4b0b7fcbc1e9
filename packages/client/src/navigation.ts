/**
 * Navigation: asking for a page's payload and showing it, without loading a document.
 *
 * Whatever is not clearly a payload of this build becomes an ordinary document navigation, where the browser
 * knows best.
 */
import type { ReactNode } from 'react'
import { arrivalAt, type HistoryMode } from './arrival.js'
import { readPayload } from './flight.js'
import { pagePath, tick, type Page, type PageRow } from './page.js'
import { reloadDocument } from './reload.js'
import { latestPage, offerPage, waitUntilMounted } from './tree-state.js'
import { COMPONENT_TYPE, PAYLOAD_PARAMETER, REDIRECT_HEADER, REDIRECT_TYPE_HEADER } from './wire-names.js'

/** As many as browsers follow. */
const MAX_REDIRECTS = 20

interface PendingVisit {
  readonly url: URL
  readonly abort: AbortController
  /** Something was invalidated after this visit's request was sent. */
  refetch: boolean
}

let visit = 0
let pending: PendingVisit | undefined
let base = ''
let build = ''

export function startNavigation(row: PageRow): void {
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

/** Show the page at `href`; resolves when it is in the document, or another navigation took over. */
export async function navigate(href: string | URL, mode: HistoryMode = 'push', redirects = 0): Promise<void> {
  const url = new URL(href, location.href)
  if (!isOurs(url) || redirects > MAX_REDIRECTS) return leaveFor(url, mode)
  const own = beginVisit(url)
  await waitUntilMounted()
  const sent = tick()
  const answer = await requestPage(url, own.abort.signal)
  if (pending !== own) return
  if (answer.kind === 'page') return showVisit(own, mode, answer.row, sent)
  // The visit is over even if the browser stays, as it does for a download.
  pending = undefined
  if (answer.kind === 'redirect') {
    if (answer.leaves) return leaveFor(answer.url, mode)
    // The browser has moved to the entry already, so the target takes that entry's place.
    return navigate(answer.url, mode === 'traverse' ? 'replace' : mode, redirects + 1)
  }
  leaveFor(url, mode)
}

/** Go where the server sends the browser. */
export function followRedirect({ url, mode, leaves }: RedirectTarget): Promise<void> | void {
  return leaves ? leaveFor(url, mode) : navigate(url, mode)
}

/** A tree that came with an action's redirect is a navigation whose answer is already here. */
export async function arrive(url: URL, mode: HistoryMode, row: PageRow, sent: number): Promise<void> {
  await showVisit(beginVisit(url), mode, row, sent)
}

function beginVisit(url: URL): PendingVisit {
  pending?.abort.abort()
  visit += 1
  pending = { url, abort: new AbortController(), refetch: false }
  return pending
}

async function showVisit(own: PendingVisit, mode: HistoryMode, row: PageRow, sent: number): Promise<void> {
  const page = await pageOf(row, sent)
  if (pending !== own) return
  pending = undefined
  // The server may spell the address otherwise; the fragment is only ours.
  const address = new URL(row.url, location.href)
  address.hash = own.url.hash
  const { order, shown } = offerPage(page, { arriving: arrivalAt(address, mode) })
  if (order === 'unsure' || own.refetch) void refresh()
  await shown
}

async function pageOf(row: PageRow, sent: number): Promise<Page> {
  const received = tick()
  let tree: ReactNode
  try {
    // A promise in React's state would hold back complete trees of the page on screen.
    tree = await row.tree
  } catch {
    // React throws its reason where an error boundary stands.
    tree = row.tree
  }
  return { tree, url: pagePath(row.url), stamp: row.stamp, sent, received, visit }
}

/** The page as it came inside the HTML. */
export async function firstPage(row: PageRow): Promise<Page> {
  return pageOf(row, 0)
}

let refetching: Promise<void> | undefined
let refetchAgain = false

/** Fetch the current page anew. Requests that come together are one; one that came while it ran is another. */
export function refresh(): Promise<void> {
  if (pending !== undefined) {
    pending.refetch = true
    return Promise.resolve()
  }
  if (refetching !== undefined) {
    refetchAgain = true
    return refetching
  }
  refetching = refetch().finally(() => {
    refetching = undefined
  })
  return refetching
}

async function refetch(): Promise<void> {
  await waitUntilMounted()
  let shown: Promise<void> = Promise.resolve()
  do {
    refetchAgain = false
    const url = new URL(latestPage().url, location.href)
    const sent = tick()
    const answer = await requestPage(url)
    // What fails in the background leaves the page as it is; only what says "another page" or "another build" acts.
    if (answer.kind === 'page') shown = (await offerTree(answer.row, sent)).shown
    else if (!isCurrent(url)) continue
    else if (answer.kind === 'redirect') {
      return followRedirect({ ...answer, mode: 'replace' })
    } else if (answer.kind === 'document') return leaveFor(url, 'replace')
  } while (refetchAgain)
  await shown
}

function isCurrent(url: string | URL): boolean {
  return pagePath(url) === pagePath(pending === undefined ? latestPage().url : pending.url)
}

/** Show a tree of the current page. One of another page is never shown. */
export async function offerTree(
  row: PageRow,
  sent: number,
  joins = false,
): Promise<{ isCurrent: boolean; shown: Promise<void> }> {
  const page = await pageOf(row, sent)
  if (!isCurrent(page.url)) return { isCurrent: false, shown: Promise.resolve() }
  const { order, shown } = offerPage(page, { joins })
  return { isCurrent: true, shown: order === 'unsure' ? refresh() : shown }
}

type Answer =
  | { readonly kind: 'page'; readonly row: PageRow }
  | ({ readonly kind: 'redirect' } & RedirectTarget)
  /** Not a payload of this build: the document must be loaded. */
  | { readonly kind: 'document' }
  /** No answer, or one that says nothing about the page. */
  | { readonly kind: 'failure' }

async function requestPage(url: URL, signal?: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(payloadUrl(url), {
      headers: { Accept: COMPONENT_TYPE },
      ...(signal === undefined ? null : { signal }),
    })
    const redirect = redirectOf(response)
    if (redirect !== null) return { kind: 'redirect', ...redirect }
    if (response.status >= 500) return { kind: 'failure' }
    if (!isComponent(response)) return { kind: 'document' }
    const row = (await readPayload(response)) as PageRow
    return isThisBuild(row.build) ? { kind: 'page', row } : { kind: 'document' }
  } catch {
    return { kind: 'failure' }
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

export interface RedirectTarget {
  readonly url: URL
  readonly mode: HistoryMode
  /** The target is not ours to show: another site, or a document. */
  readonly leaves: boolean
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

/** Hand over to the browser. */
export function leaveFor(url: URL, mode: HistoryMode): void {
  // An address from a redirect may come from a user; as code it would run in this page.
  if (url.protocol === 'javascript:') throw new Error(`The browser was to be sent to ${url.href}`)
  // Assigning the page's own address with another fragment would load nothing.
  if (url.origin === location.origin && pagePath(url) === pagePath(location.href)) reloadDocument()
  else if (mode === 'push') location.assign(url)
  else location.replace(url)
}

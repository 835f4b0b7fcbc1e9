/**
 * Navigation: asking for a page's payload and showing it, without loading a document.
 *
 * Whatever is not clearly a payload of this build becomes an ordinary document navigation, where the browser
 * knows best.
 */
import type { ReactNode } from 'react'
import { arrivalAt, type HistoryMode } from './arrival.js'
import { keepFocus } from './kept-focus.js'
import { dropKeptPages, dropPage, keepPage, keptPage } from './kept-pages.js'
import { pagePath, tick, type Page, type PageRow } from './page.js'
import {
  isOurs,
  requestPage,
  type Answer,
  type ReceivedPage,
  type RedirectTarget,
} from './page-requests.js'
import { dropPrefetchedPages, takePrefetched } from './prefetched-pages.js'
import { reloadDocument } from './reload.js'
import { latestPage, offerPage, waitUntilMounted, type Offer, type OfferOptions } from './tree-state.js'
import { offerRetry, withdrawOffer } from './unreachable.js'
import { withViewTransition } from './view-transitions.js'

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

/** Show the page at `href`; resolves when it is in the document, or another navigation took over. */
export async function navigate(href: string | URL, mode: HistoryMode = 'push', redirects = 0): Promise<void> {
  const url = new URL(href, location.href)
  if (!isOurs(url) || redirects > MAX_REDIRECTS) return leaveFor(url, mode)
  const own = beginVisit(url)
  await waitUntilMounted()
  const kept = mode === 'traverse' && pending === own ? keptPage(url) : undefined
  if (kept !== undefined) return showKept(own, kept)
  const answer = await ask(url, own.abort.signal)
  if (pending !== own) return
  if (answer.kind === 'page') return showVisit(own, mode, answer)
  // The visit is over even if the browser stays, as it does for a download.
  pending = undefined
  if (answer.kind === 'redirect') {
    if (answer.leaves) return leaveFor(answer.url, mode)
    // The browser has moved to the entry already, so the target takes that entry's place.
    return navigate(answer.url, mode === 'traverse' ? 'replace' : mode, redirects + 1)
  }
  if (answer.kind === 'unreachable') return offerRetry(() => void navigate(url, mode, redirects))
  leaveFor(url, mode)
}

/** What was prefetched, if that came to anything; otherwise ask now. */
async function ask(url: URL, signal: AbortSignal): Promise<Answer> {
  const prefetched = await takePrefetched(url)
  if (prefetched !== undefined && !['failure', 'unreachable'].includes(prefetched.kind)) return prefetched
  return requestPage(url, tick(), { signal })
}

/** Go where the server sends the browser. */
export function followRedirect({ url, mode, leaves }: RedirectTarget): Promise<void> | void {
  return leaves ? leaveFor(url, mode) : navigate(url, mode)
}

/** A tree that came with an action's redirect is a navigation whose answer is already here. */
export async function arrive(url: URL, mode: HistoryMode, received: ReceivedPage): Promise<void> {
  await showVisit(beginVisit(url), mode, received)
}

function beginVisit(url: URL): PendingVisit {
  pending?.abort.abort()
  withdrawOffer()
  keepFocus()
  visit += 1
  pending = { url, abort: new AbortController(), refetch: false }
  return pending
}

/** The browser is back at the page on screen: whatever was on its way elsewhere is not wanted any more. */
export function stay(): void {
  pending?.abort.abort()
  pending = undefined
  withdrawOffer()
}

async function showVisit(own: PendingVisit, mode: HistoryMode, received: ReceivedPage): Promise<void> {
  const page = await pageOf(received)
  if (pending !== own) return
  pending = undefined
  // The server may spell the address otherwise; the fragment is only ours.
  const address = new URL(received.row.url, location.href)
  address.hash = own.url.hash
  const { order, shown } = await withViewTransition(() =>
    offer(page, received.isWhole, { arriving: arrivalAt(address, mode) }),
  )
  if (order === 'unsure' || own.refetch) void refetchPage()
  await shown
}

/** Going back or forward to a page that was on screen before: at once, and brought up to date behind it. */
async function showKept(own: PendingVisit, { page, isFresh }: { page: Page; isFresh: boolean }): Promise<void> {
  pending = undefined
  const { shown } = await withViewTransition(() =>
    offerPage({ ...page, visit }, { arriving: arrivalAt(own.url, 'traverse') }),
  )
  if (!isFresh) void refetchPage()
  await shown
}

/** Offer a page that has just come. What is shown is kept for the way back, unless it was cut off. */
function offer(page: Page, isWhole: Promise<boolean>, options: OfferOptions): Offer {
  const offered = offerPage(page, options)
  if (offered.order === 'newer') keepPage(page)
  void isWhole.then((whole) => {
    if (!whole) dropPage(page)
  })
  return offered
}

async function pageOf({ row, sent }: Pick<ReceivedPage, 'row' | 'sent'>): Promise<Page> {
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
  return pageOf({ row, sent: 0 })
}

/** From now on the first page can be gone back to, once all of it has come. */
export function startNavigation(first: Page): void {
  const keep = (): void => {
    if (latestPage() === first) keepPage(first)
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', keep, { once: true })
  else keep()
  addEventListener('pageshow', (event) => {
    // Out of the browser's own memory, after any time, and after anything that another page has done.
    if (event.persisted) void refresh()
  })
}

let refetching: Promise<void> | undefined
let refetchAgain = false

/** What was rendered before now may be out of date: none of it is shown any more. */
export function forgetPages(): void {
  dropKeptPages()
  dropPrefetchedPages()
}

/** Fetch the current page anew, because something changed. */
export function refresh(): Promise<void> {
  forgetPages()
  return refetchPage()
}

/** Requests that come together are one; one that came while it ran is another. */
function refetchPage(): Promise<void> {
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
    const answer = await requestPage(url, tick())
    // What fails in the background leaves the page as it is; only what says "another page" or "another build" acts.
    if (answer.kind === 'page') shown = (await offerTree(answer)).shown
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
  received: ReceivedPage,
  joins = false,
): Promise<{ isCurrent: boolean; shown: Promise<void> }> {
  const page = await pageOf(received)
  if (!isCurrent(page.url)) return { isCurrent: false, shown: Promise.resolve() }
  const { order, shown } = offer(page, received.isWhole, { joins })
  return { isCurrent: true, shown: order === 'unsure' ? refetchPage() : shown }
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

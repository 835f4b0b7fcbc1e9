/**
 * Pages asked for before anybody goes there, each to be shown once.
 *
 * In production only: while developing, a page should be rendered when it is looked at. Not for who saves data.
 */
import { FRESH_MS } from './kept-pages.js'
import { pagePath, tick } from './page.js'
import { isOurs, requestPage, type Answer } from './page-requests.js'

const MAX_PAGES = 20
const MAX_REQUESTS = 4

interface Prefetched {
  readonly answer: Promise<Answer>
  readonly since: number
}

interface NetworkInformation {
  readonly saveData?: boolean
  readonly effectiveType?: string
}

const pages = new Map<string, Prefetched>()
let waiting: URL[] = []
let running = 0
let afterDrop = (): void => {}

export type Urgency = 'now' | 'sometime'

/** Ask for the page at `url`, unless it is here already. `now`: before those that wait; somebody points at it. */
export function prefetchPage(url: URL, urgency: Urgency): void {
  if (!isPrefetchAllowed() || !isOurs(url) || pagePath(url) === pagePath(location.href)) return
  if (freshPage(url) !== undefined) return
  waiting = waiting.filter((other) => pagePath(other) !== pagePath(url))
  if (urgency === 'now') waiting.unshift(url)
  else waiting.push(url)
  waiting.length = Math.min(waiting.length, MAX_PAGES)
  requestNext()
}

/** The answer for the page at `url`, perhaps still under way; it is given once. */
export function takePrefetched(url: URL): Promise<Answer> | undefined {
  const found = freshPage(url)
  waiting = waiting.filter((other) => pagePath(other) !== pagePath(url))
  pages.delete(pagePath(url))
  return found?.answer
}

/** Something was invalidated: what was rendered before it is not shown any more. */
export function dropPrefetchedPages(): void {
  pages.clear()
  afterDrop()
}

/** What is called when everything has been dropped: it may ask again. */
export function whenPrefetchesDrop(callback: () => void): void {
  afterDrop = callback
}

function isPrefetchAllowed(): boolean {
  if (process.env.NODE_ENV !== 'production') return false
  const { connection } = navigator as { connection?: NetworkInformation }
  return connection?.saveData !== true && !(connection?.effectiveType ?? '').includes('2g') && navigator.onLine
}

function freshPage(url: URL): Prefetched | undefined {
  const found = pages.get(pagePath(url))
  return found !== undefined && Date.now() - found.since < FRESH_MS ? found : undefined
}

function requestNext(): void {
  while (running < MAX_REQUESTS) {
    const url = waiting.shift()
    if (url === undefined) return
    running += 1
    const answer = requestPage(url, tick(), { isPrefetch: true })
    hold(url, answer)
    void answer.then(() => {
      running -= 1
      requestNext()
    })
  }
}

function hold(url: URL, answer: Promise<Answer>): void {
  const path = pagePath(url)
  pages.delete(path)
  pages.set(path, { answer, since: Date.now() })
  for (const oldest of pages.keys()) {
    if (pages.size <= MAX_PAGES) return
    pages.delete(oldest)
  }
}

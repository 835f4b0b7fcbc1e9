/**
 * Pages that the back and forward buttons can show at once, without a request.
 *
 * Kept as React elements, the most recent ones, until something is invalidated. One that is no longer fresh is
 * shown too, and asked for anew behind it.
 */
import { pagePath, type Page } from './page.js'

const MAX_PAGES = 20

/** As long as a prefetched page may be shown. */
export const FRESH_MS = 30_000

interface KeptPage {
  readonly page: Page
  readonly since: number
}

// In the order of their last use: a Map keeps the order of insertion.
const pages = new Map<string, KeptPage>()

export function keepPage(page: Page): void {
  const path = pagePath(page.url)
  pages.delete(path)
  pages.set(path, { page, since: Date.now() })
  for (const oldest of pages.keys()) {
    if (pages.size <= MAX_PAGES) return
    pages.delete(oldest)
  }
}

export function keptPage(url: URL): { readonly page: Page; readonly isFresh: boolean } | undefined {
  const path = pagePath(url)
  const kept = pages.get(path)
  if (kept === undefined) return undefined
  pages.delete(path)
  pages.set(path, kept)
  return { page: kept.page, isFresh: Date.now() - kept.since < FRESH_MS }
}

/** The page turned out to be incomplete. */
export function dropPage(page: Page): void {
  const path = pagePath(page.url)
  if (pages.get(path)?.page === page) pages.delete(path)
}

export function dropKeptPages(): void {
  pages.clear()
}

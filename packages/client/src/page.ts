/** Pages: a rendered tree, the URL it belongs to, and which of two is the newer. */
import { createContext, type ReactNode } from 'react'
import type { ReactFormState } from 'react-dom/client'
import type { Stamp } from './wire-names.js'

/** The root row of a page's payload. */
export interface PageRow {
  /** Or a promise of it, when a streaming result comes first. */
  readonly tree: ReactNode
  readonly formState?: ReactFormState | null
  readonly stamp: Stamp
  /** As the browser shows it, base included. */
  readonly url: string
  readonly base: string
  readonly build: string
}

export interface Page {
  readonly tree: ReactNode
  readonly url: string
  readonly stamp: Stamp
  /** When its request was sent and its first row received, on the runtime's own count. */
  readonly sent: number
  readonly received: number
  /** The navigation that it belongs to. */
  readonly visit: number
}

let ticks = 0

/** A count instead of a clock: two events never tie, and nothing ever goes back. */
export function tick(): number {
  ticks += 1
  return ticks
}

/** The page on screen. Error boundaries compare it to know that a new tree has come. */
export const PageContext = createContext<Page | null>(null)

export type Order = 'newer' | 'older' | 'unsure'

/** What `next` is, seen from `current`. Order of arrival says nothing: the slower render may be the fresher. */
export function orderOf(next: Page, current: Page): Order {
  if (next.url !== current.url) return next.visit >= current.visit ? 'newer' : 'older'
  const [nextInstance, nextCount] = next.stamp
  const [instance, count] = current.stamp
  if (nextInstance === instance) return nextCount >= count ? 'newer' : 'older'
  // Counts of two servers cannot be compared, but what was asked for after the other had come is newer.
  return next.sent > current.received ? 'newer' : 'unsure'
}

/** Path and query: two URLs that agree in them are one page. */
export function pagePath(url: string | URL): string {
  const { pathname, search } = new URL(url, location.href)
  return pathname + search
}

/**
 * The tree on screen: which page React shows, and when a new one has been committed.
 *
 * A page is set plainly and shown through useDeferredValue, never in a transition: React holds every transition
 * back until the slowest running action ends. Which of two pages wins is decided inside the state updater, because
 * a page that is still rendering counts too.
 *
 * A call that a transition makes is special: React ends its optimistic state with the transition, and shown one
 * after the other the page would count the same thing twice for a moment. So such a page also joins the transition:
 * whichever of the two React renders first brings the page, and when the transition is free to end it is both.
 */
import {
  startTransition,
  useDeferredValue,
  useInsertionEffect,
  useLayoutEffect,
  useState,
  type ReactNode,
} from 'react'
import { RootBoundary } from './error-boundary.js'
import { KeptPlace } from './kept-place.js'
import { PageContext, orderOf, type Order, type Page } from './page.js'

/** A tree that hangs must not keep its action pending. */
const COMMIT_WAIT_MS = 2000

/** What happens to the document around React's tree when a navigation's page is shown. */
export interface Arrival {
  /** Before any effect of the new page runs: the address. */
  record(): void
  /** When the new page stands in the document: scroll, focus, announcement. */
  settle(): void
}

export interface OfferOptions {
  readonly arriving?: Arrival
  /** The page belongs to a call that a transition made and that is about to resolve. */
  readonly joins?: boolean
}

export interface Offer {
  readonly order: Order
  readonly shown: Promise<void>
}

interface RootState {
  readonly page: Page
  /** The number of the last page offered, so that waiters learn that a dropped one has been dealt with. */
  readonly offers: number
}

interface Waiter {
  readonly offer: number
  readonly release: () => void
}

let joinTransition: ((offer: number) => void) | undefined
let setRoot: ((update: (state: RootState) => RootState) => void) | undefined
let latest: Page
let offers = 0
let arrival: (Arrival & { readonly offer: number; recorded: boolean }) | undefined
const waiters = new Set<Waiter>()

let reportMount: () => void
const mount = new Promise<void>((resolve) => {
  reportMount = resolve
})

export function waitUntilMounted(): Promise<void> {
  return mount
}

/** The newest page that was offered and taken; React may still be rendering it. */
export function latestPage(): Page {
  return latest
}

/**
 * Offer a page to React, once the root is mounted. `shown` resolves when the page, or the newer one that stood
 * against it, is in the document; at the latest after a bounded wait.
 */
export function offerPage(next: Page, { arriving, joins = false }: OfferOptions = {}): Offer {
  const order = orderOf(next, latest)
  if (order === 'newer') latest = next
  offers += 1
  const offer = offers
  if (arriving !== undefined) arrival = { ...arriving, offer, recorded: false }
  const shown = new Promise<void>((resolve) => {
    const waiter: Waiter = {
      offer,
      release() {
        clearTimeout(timer)
        waiters.delete(waiter)
        resolve()
      },
    }
    const timer = setTimeout(waiter.release, COMMIT_WAIT_MS)
    waiters.add(waiter)
  })
  setRoot?.((state) => ({
    page: orderOf(next, state.page) === 'newer' ? next : state.page,
    offers: offer,
  }))
  // Any update of the root will do: a root that React renders for the transition renders its newest page.
  if (joins) startTransition(() => joinTransition?.(offer))
  return { order, shown }
}

export function Root({ first }: { first: Page }): ReactNode {
  const [state, setState] = useState<RootState>({ page: first, offers: 0 })
  const [, setJoined] = useState(0)
  const page = useDeferredValue(state.page)
  const isCaughtUp = page === state.page

  useInsertionEffect(() => {
    if (!isCaughtUp || arrival === undefined || arrival.recorded || arrival.offer > state.offers) return
    arrival.recorded = true
    arrival.record()
  })
  useLayoutEffect(() => {
    if (setRoot === undefined) {
      latest = first
      setRoot = setState
      joinTransition = setJoined
      reportMount()
    }
    if (!isCaughtUp) return
    if (arrival?.recorded) {
      const { settle } = arrival
      arrival = undefined
      settle()
    }
    for (const waiter of [...waiters]) if (waiter.offer <= state.offers) waiter.release()
  })

  // No array and no useId here: both would change the ids that the server's HTML carries.
  return (
    <PageContext value={page}>
      <KeptPlace page={page}>
        <RootBoundary>{page.tree}</RootBoundary>
      </KeptPlace>
    </PageContext>
  )
}

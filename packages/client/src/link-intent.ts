/**
 * Which links are likely to be followed: those that somebody points at, touches or reaches with the keyboard, and,
 * where the page asks for it, those that are in view.
 *
 * `data-prefetch="off"` on a link or around it: never; `data-prefetch="viewport"`: as soon as it is in view.
 */
import { linkOf, isSoft } from './links.js'
import { prefetchPage, whenPrefetchesDrop, type Urgency } from './prefetched-pages.js'

/** A pointer on its way elsewhere crosses a link faster. */
const INTENT_MS = 65

const IN_VIEW = '[data-prefetch="viewport"]'

let intended: HTMLAnchorElement | undefined
let timer: ReturnType<typeof setTimeout> | undefined

export function startLinkIntent(): void {
  if (process.env.NODE_ENV !== 'production') return
  const options = { passive: true, capture: true }
  addEventListener('mouseover', (event) => intend(linkOf(event)), options)
  addEventListener('focusin', (event) => intend(linkOf(event)), options)
  // What is clicked is asked for by the click, if it is to be shown here at all.
  addEventListener('click', () => clearTimeout(timer), options)
  addEventListener('touchstart', (event) => prefetchLink(linkOf(event), 'now'), options)
  startWatchingView()
}

function intend(link: HTMLAnchorElement | undefined): void {
  if (link === intended) return
  clearTimeout(timer)
  intended = link
  if (link !== undefined) timer = setTimeout(() => prefetchLink(link, 'now'), INTENT_MS)
}

function prefetchLink(link: HTMLAnchorElement | undefined, urgency: Urgency): void {
  if (link === undefined || !link.isConnected || !isSoft(link)) return
  if (link.closest<HTMLElement>('[data-prefetch]')?.dataset['prefetch'] === 'off') return
  prefetchPage(new URL(link.href), urgency)
}

function startWatchingView(): void {
  let watched = new WeakSet<Element>()
  const view = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue
      view.unobserve(target)
      prefetchLink(target as HTMLAnchorElement, 'sometime')
    }
  })
  const watch = (): void => {
    for (const link of document.querySelectorAll(`a${IN_VIEW}, ${IN_VIEW} a`)) {
      if (watched.has(link)) continue
      watched.add(link)
      view.observe(link)
    }
  }
  let isDue = false
  // Links come with every page, and with the parts of one that arrive late.
  new MutationObserver(() => {
    if (isDue) return
    isDue = true
    requestAnimationFrame(() => {
      isDue = false
      watch()
    })
  }).observe(document, { childList: true, subtree: true })
  watch()
  whenPrefetchesDrop(() => {
    view.disconnect()
    watched = new WeakSet()
    watch()
  })
}

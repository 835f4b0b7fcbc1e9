/**
 * Where the focus was on a page that somebody left, for when they come back, as in a browser without a router.
 *
 * The element itself is gone by then; what stands in its place and says the same has its part.
 */
import { focusOn } from './focus.js'
import { shownEntry } from './history-entries.js'

interface KeptFocus {
  readonly selector: string
  readonly text: string
}

const kept = new Map<string, KeptFocus>()

/** Call while the page that is being left still stands. */
export function keepFocus(): void {
  const focused = document.activeElement
  if (focused === null || focused === document.body) kept.delete(shownEntry())
  else kept.set(shownEntry(), { selector: selectorOf(focused), text: textOf(focused) })
}

/** Focus what had the focus when the entry on screen was left; false if that is not there any more. */
export function restoreFocus(): boolean {
  const place = kept.get(shownEntry())
  const element = place && document.querySelector<HTMLElement>(place.selector)
  if (!element || textOf(element) !== place.text) return false
  focusOn(element)
  return true
}

function selectorOf(element: Element): string {
  if (element.id !== '') return `#${CSS.escape(element.id)}`
  const parent = element.parentElement
  if (parent === null) return ':root'
  // Among its own kind: the scripts with the payload stand between the elements of the first page.
  const alike = [...parent.children].filter((child) => child.localName === element.localName)
  return `${selectorOf(parent)} > ${CSS.escape(element.localName)}:nth-of-type(${alike.indexOf(element) + 1})`
}

function textOf(element: Element): string {
  return element.tagName + (element.textContent ?? '')
}

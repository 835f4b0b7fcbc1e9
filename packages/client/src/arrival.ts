/** Arriving on a new page without loading a document: what the browser would have done by itself. */
import { announce } from './announcer.js'
import { focusOn } from './focus.js'
import { enterShownEntry, pushEntry, replaceEntry, restorePosition } from './history-entries.js'
import { restoreFocus } from './kept-focus.js'
import type { Arrival } from './tree-state.js'

/** `traverse`: the browser has moved already, by its back or forward button. */
export type HistoryMode = 'push' | 'replace' | 'traverse'

export function arrivalAt(url: URL, mode: HistoryMode): Arrival {
  let isOtherPath = true
  return {
    record() {
      isOtherPath = mode === 'traverse' || url.pathname !== location.pathname
      if (mode === 'push') pushEntry(url.href)
      else if (mode === 'replace') replaceEntry(url.href)
      else enterShownEntry()
    },
    settle() {
      if (mode === 'traverse') restorePosition()
      else scrollToFragment(url.hash)
      moveFocus(isOtherPath, mode)
      announce(document.title)
    },
  }
}

export function scrollToFragment(hash: string): void {
  const target = hash.length > 1 ? document.getElementById(decodeFragment(hash)) : null
  if (target !== null) target.scrollIntoView({ behavior: 'instant' })
  else scrollTo({ left: 0, top: 0, behavior: 'instant' })
}

function decodeFragment(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1))
  } catch {
    return hash.slice(1)
  }
}

/**
 * A keyboard or screen reader user starts at the new page's heading, or on the way back where they were, unless they
 * are typing in what has stayed.
 */
function moveFocus(isOtherPath: boolean, mode: HistoryMode): void {
  const focused = document.activeElement
  const isPlaced = focused !== null && focused !== document.body && focused.isConnected
  if (isPlaced && (!isOtherPath || focused.matches('input,textarea,select,[contenteditable],[autofocus]'))) return
  if (mode === 'traverse' && restoreFocus()) return
  const heading = document.querySelector<HTMLElement>('h1')
  if (heading === null) {
    if (focused instanceof HTMLElement) focused.blur()
    return
  }
  focusOn(heading)
}

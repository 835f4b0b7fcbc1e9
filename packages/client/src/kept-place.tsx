/**
 * The keyboard user's place, when the button that they pressed goes away with what it deleted.
 *
 * A browser then leaves the focus nowhere and a screen reader starts at the top of the document. So it goes to what
 * stands there now: the next row, else the one before, else the list. To the row and not to its button, which is
 * often one that deletes, under a finger that may still be on the key.
 */
import { Component, type ReactNode } from 'react'
import { focusOn } from './focus.js'
import { pagePath, type Page } from './page.js'

interface Props {
  readonly page: Page
  readonly children: ReactNode
}

/** One step of the way from the focused element up to the body. */
interface Step {
  readonly parent: Element
  /** The siblings in front, the nearest first. */
  readonly before: readonly Element[]
}

interface Place {
  readonly focused: Element
  readonly steps: readonly Step[]
}

/** A class, because only React's classes are asked before the document changes. */
export class KeptPlace extends Component<Props> {
  override getSnapshotBeforeUpdate({ page }: Props): Place | null {
    // Arriving at another URL has a place of its own for the focus.
    const isSamePage = page !== this.props.page && pagePath(page.url) === pagePath(this.props.page.url)
    return isSamePage ? focusedPlace() : null
  }

  override componentDidUpdate(_: Props, __: unknown, place: Place | null): void {
    if (place === null || place.focused.isConnected || !isFocusNowhere()) return
    const heir = heirOf(place)
    if (heir !== null) focusOn(heir)
  }

  override render(): ReactNode {
    return this.props.children
  }
}

function isFocusNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}

function focusedPlace(): Place | null {
  const focused = document.activeElement
  if (focused === null || isFocusNowhere()) return null
  const steps: Step[] = []
  for (let child = focused; child !== document.body && child.parentElement !== null; child = child.parentElement) {
    const siblings = [...child.parentElement.children]
    steps.push({ parent: child.parentElement, before: siblings.slice(0, siblings.indexOf(child)).reverse() })
  }
  return { focused, steps }
}

/** What stands where the focus was: the innermost parent that is still there tells. */
function heirOf({ steps }: Place): HTMLElement | null {
  const step = steps.find(({ parent }) => parent.isConnected)
  if (step === undefined) return null
  const before = step.before.filter((element) => element.parentElement === step.parent)
  const all = [...step.parent.children]
  const after = all.slice(before[0] === undefined ? 0 : all.indexOf(before[0]) + 1)
  const parents = step.parent === document.body ? [] : [step.parent]
  return [...after, ...before, ...parents].filter((element) => element instanceof HTMLElement).find(isWorthFocusing) ?? null
}

/** Not what is hidden, nor a rule or a spacer, of which a screen reader would say nothing. */
function isWorthFocusing(element: HTMLElement): boolean {
  const isShown = element.getClientRects().length > 0
  return isShown && (element.tabIndex >= 0 || (element.textContent ?? '').trim() !== '')
}

/** Plain links are the link component: a click on one of ours shows the page without loading a document. */
import { enterShownEntry, restorePosition } from './history-entries.js'
import { navigate, stay } from './navigation.js'
import { pagePath } from './page.js'
import { isOurs } from './page-requests.js'
import { latestPage } from './tree-state.js'
import { noteTraversal } from './view-transitions.js'

/** Call after hydration: React's own listeners stand on the document too and must come first. */
export function startLinks(): void {
  document.addEventListener('click', followLink)
  addEventListener('popstate', traverse)
}

function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = linkOf(event)
  if (link === undefined || !isSoft(link)) return
  const url = new URL(link.href)
  const isSamePage = pagePath(url) === pagePath(location.href)
  if (isSamePage && link.href.includes('#')) return
  event.preventDefault()
  void navigate(url, isSamePage ? 'replace' : 'push')
}

export function linkOf(event: Event): HTMLAnchorElement | undefined {
  return event
    .composedPath()
    .find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement && node.hasAttribute('href'))
}

export function isSoft(link: HTMLAnchorElement): boolean {
  if (link.target !== '' && link.target !== '_self') return false
  if (link.hasAttribute('download') || link.relList.contains('external')) return false
  return isOurs(new URL(link.href))
}

function traverse(event: PopStateEvent): void {
  noteTraversal(event)
  if (pagePath(location.href) !== pagePath(latestPage().url)) {
    void navigate(location.href, 'traverse')
    return
  }
  stay()
  // Another place on the same page.
  enterShownEntry()
  if (location.hash === '') restorePosition()
}

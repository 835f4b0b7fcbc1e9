/**
 * View transitions: the browser blends one page into the next, where the style sheets ask for it as they do for
 * documents:
 *
 *     @view-transition { navigation: auto }
 *
 * Never for who prefers reduced motion. A page whose own components use React's ViewTransition needs no such rule;
 * with both, the one that begins later, React's, is the one to be seen.
 */

/** The old page stands still until the new one has been rendered, but not for ever. */
const FREEZE_MS = 500

let browserAnimates = false

/** The browser has moved to another entry, perhaps with an animation of its own, as after a swipe. */
export function noteTraversal(event: PopStateEvent): void {
  browserAnimates = 'hasUAVisualTransition' in event && event.hasUAVisualTransition === true
}

/** Call `show`, which starts to show a page; the promise that it returns says when the page is there. */
export async function withViewTransition<T extends { readonly shown: Promise<void> }>(show: () => T): Promise<T> {
  const isOwn = browserAnimates
  browserAnimates = false
  if (isOwn || !('startViewTransition' in document) || !isMotionWelcome() || !isAskedFor()) return show()
  return new Promise((resolve, reject) => {
    const transition = document.startViewTransition(async () => {
      try {
        const shown = show()
        resolve(shown)
        await Promise.race([shown.shown, new Promise((done) => setTimeout(done, FREEZE_MS))])
      } catch (error) {
        reject(error as Error)
      }
    })
    // Skipped by the next one, or because the tab is hidden: the page is shown all the same.
    for (const end of [transition.ready, transition.finished]) end.catch(() => {})
  })
}

function isMotionWelcome(): boolean {
  return !matchMedia('(prefers-reduced-motion: reduce)').matches
}

/** As in the cascade, the last rule decides. */
function isAskedFor(): boolean {
  let navigation = 'none'
  const read = (rules: CSSRuleList): void => {
    for (const rule of rules) {
      if (rule.constructor.name === 'CSSViewTransitionRule') {
        navigation = (rule as CSSRule & { readonly navigation: string }).navigation
      } else if (rule instanceof CSSMediaRule ? matchMedia(rule.conditionText).matches : isPassage(rule)) {
        read((rule as CSSGroupingRule).cssRules)
      }
    }
  }
  for (const sheet of document.styleSheets) {
    try {
      if (!sheet.disabled && matchMedia(sheet.media.mediaText || 'all').matches) read(sheet.cssRules)
    } catch {
      // A style sheet of another site does not show its rules.
    }
  }
  return navigation === 'auto'
}

function isPassage(rule: CSSRule): boolean {
  if (rule instanceof CSSSupportsRule) return CSS.supports(rule.conditionText)
  return 'CSSLayerBlockRule' in globalThis && rule instanceof CSSLayerBlockRule
}

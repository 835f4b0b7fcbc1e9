/** The browser's history: one key per entry of ours, under which its scroll position is kept. */

const STORAGE_KEY = 'wingbeat:scroll'

type Position = readonly [x: number, y: number]

let positions: Record<string, Position> = {}
let shownKey = ''

function keyOf(state: unknown): string | undefined {
  const key = (state as { wingbeat?: unknown } | null)?.wingbeat
  return typeof key === 'string' ? key : undefined
}

function stateWith(key: string): object {
  return { wingbeat: key }
}

function newKey(): string {
  return Math.random().toString(36).slice(2)
}

/** From now on we restore the scroll position: the browser would do it before the page has come. */
export function startHistory(): void {
  try {
    positions = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '{}') as Record<string, Position>
  } catch {
    positions = {}
  }
  history.scrollRestoration = 'manual'
  addEventListener('pageshow', () => {
    history.scrollRestoration = 'manual'
  })
  addEventListener('pagehide', () => {
    // A reload is the browser's to restore; so are our entries when another document leads back to them.
    history.scrollRestoration = 'auto'
    try {
      sessionStorage.setItem(STORAGE_KEY, JSON.stringify(positions))
    } catch {
      // Positions are a comfort.
    }
  })
  addEventListener('scroll', () => keepPosition(), { passive: true })
  enterShownEntry()
}

/** The key of the entry on screen. */
export function shownEntry(): string {
  return shownKey
}

function keepPosition(): void {
  positions[shownKey] = [scrollX, scrollY]
}

/** The entry that the browser is at has become the one on screen. */
export function enterShownEntry(): void {
  const known = keyOf(history.state)
  shownKey = known ?? newKey()
  if (known === undefined) {
    history.replaceState({ ...(history.state as object | null), ...stateWith(shownKey) }, '')
  }
}

export function pushEntry(url: string): void {
  keepPosition()
  shownKey = newKey()
  history.pushState(stateWith(shownKey), '', url)
}

export function replaceEntry(url: string): void {
  history.replaceState(stateWith(shownKey), '', url)
}

export function restorePosition(): void {
  const [x, y] = positions[shownKey] ?? [0, 0]
  scrollTo({ left: x, top: y, behavior: 'instant' })
}

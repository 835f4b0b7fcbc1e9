/**
 * In development only: the page follows what is saved, and keeps what its user typed and where they scrolled to.
 *
 * `wingbeat dev` sends events for as long as one process of the app lives. The next one says hello: the page is
 * fetched anew and its tree applied, or, if the app cannot start, a message lies over the page until it can.
 */
import { hideFailure, showFailure } from './dev-failure.js'
import { refresh } from './navigation.js'
import { reloadDocument } from './reload.js'
import {
  COMPONENT_TYPE,
  DEVELOPMENT_EVENTS_MARK,
  DEVELOPMENT_EVENTS_PATH,
  PAYLOAD_PARAMETER,
} from './wire-names.js'

const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 5000

interface Hello {
  readonly child: string
  /** Why the app cannot start; empty when it has. */
  readonly failure: string
}

let known = ''
let wait = FIRST_WAIT_MS
let source: EventSource | undefined

export function startDevelopmentEvents(): void {
  if (document.querySelector(`script[${DEVELOPMENT_EVENTS_MARK}]`) === null) return
  // A browser opens few connections to one server, so only the tab that is looked at keeps one.
  document.addEventListener('visibilitychange', connectWhenVisible)
  addEventListener('pageshow', connectWhenVisible)
  addEventListener('pagehide', disconnect)
  connectWhenVisible()
}

function connectWhenVisible(): void {
  if (document.visibilityState === 'hidden') disconnect()
  else if (source === undefined) connect()
}

function disconnect(): void {
  source?.close()
  source = undefined
}

function connect(): void {
  const own = new EventSource(DEVELOPMENT_EVENTS_PATH)
  source = own
  own.addEventListener('hello', (event) => {
    wait = FIRST_WAIT_MS
    void greet(JSON.parse(event.data as string) as Hello)
  })
  own.addEventListener('styles', reloadStyles)
  own.addEventListener('reload', reloadDocument)
  own.addEventListener('error', () => {
    own.close()
    if (source !== own) return
    source = undefined
    // Not the browser's own way to connect again: it would go on as often for hours after the server has gone.
    setTimeout(connectWhenVisible, wait)
    wait = Math.min(wait * 2, LONGEST_WAIT_MS)
  })
}

async function greet({ child, failure }: Hello): Promise<void> {
  const isFirst = known === ''
  const isSame = known === child
  known = child
  if (isSame) return
  if (failure !== '') return showFailure('The app cannot start', failure)
  if (isFirst) return
  await update()
}

/** Show the page as it is now. What its rendering raises is shown over it, so that nothing on it is lost. */
async function update(): Promise<void> {
  const { pathname, search } = location
  const url = `${pathname}${search}${search === '' ? '?' : '&'}${PAYLOAD_PARAMETER}=dev`
  const answer = await fetch(url, { headers: { Accept: COMPONENT_TYPE }, redirect: 'manual' }).catch(() => null)
  if (answer === null) return
  const isPayload = (answer.headers.get('Content-Type') ?? '').startsWith(COMPONENT_TYPE)
  if (answer.status >= 500 && !isPayload) {
    const { body } = new DOMParser().parseFromString(await answer.text(), 'text/html')
    return showFailure('The page failed', body.textContent.trim())
  }
  await answer.body?.cancel()
  hideFailure()
  await refresh()
}

/** The old sheet goes when the new one is there, so that the page is never without. */
function reloadStyles(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"]')) {
    const url = new URL(link.href)
    if (url.origin !== location.origin) continue
    url.searchParams.set('_saved', Date.now().toString(36))
    // React owns the element: only where it points to is changed.
    link.href = url.href
  }
}

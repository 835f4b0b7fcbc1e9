/**
 * Tells that a page could not be fetched, and offers to try again. The page on screen stays.
 *
 * Without a connection it tries by itself as soon as the browser says that there is one.
 */

const ELEMENT = 'wingbeat-unreachable'
const OFFLINE = 'You are offline. The page will be shown when the connection is back.'
const NO_ANSWER = 'The server could not be reached.'
const STYLE =
  'position:fixed;inset:auto 0 0 0;z-index:2147483647;display:flex;gap:1rem;align-items:center;justify-content:center;' +
  'padding:.75rem 1rem;font:1rem/1.4 system-ui,sans-serif;background:#1f2937;color:#fff'

let host: HTMLElement | undefined
let stopWaiting: (() => void) | undefined

export function offerRetry(retry: () => void): void {
  withdrawOffer()
  const message = document.createElement('span')
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'Try again'
  button.style.font = 'inherit'
  const bar = document.createElement('div')
  bar.setAttribute('part', 'bar')
  bar.setAttribute('role', 'alert')
  bar.style.cssText = STYLE
  host = document.createElement(ELEMENT)
  host.attachShadow({ mode: 'open' }).append(bar)
  document.body.append(host)
  // A screen reader tells what comes into a live region, not what stands in one that comes.
  bar.append(message, button)
  message.textContent = navigator.onLine ? NO_ANSWER : OFFLINE
  const goOn = (): void => {
    withdrawOffer()
    retry()
  }
  button.addEventListener('click', goOn)
  addEventListener('online', goOn)
  stopWaiting = () => removeEventListener('online', goOn)
}

/** Another navigation has begun, or the page has come. */
export function withdrawOffer(): void {
  stopWaiting?.()
  stopWaiting = undefined
  host?.remove()
  host = undefined
}

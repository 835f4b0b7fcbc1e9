/** Tells a screen reader the title of a page that came without a document load. */

const ELEMENT = 'wingbeat-announcer'
const HIDDEN =
  'position:absolute;width:1px;height:1px;margin:-1px;padding:0;border:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap'

let region: HTMLElement | undefined
let host: HTMLElement | undefined

export function announce(title: string): void {
  // Made after hydration, which would not expect it, and outside React's elements, which never look at it.
  if (host === undefined || region === undefined) {
    host = document.createElement(ELEMENT)
    region = document.createElement('div')
    region.setAttribute('aria-live', 'assertive')
    region.style.cssText = HIDDEN
    host.style.cssText = 'position:absolute'
    host.attachShadow({ mode: 'open' }).append(region)
  }
  if (!host.isConnected) document.body.append(host)
  region.textContent = title
}

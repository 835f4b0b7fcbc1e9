/** In development only: a message over the page, outside of React's tree and of the page's own styles. */

const SHEET = `
  :host { position: fixed; inset: 0; z-index: 2147483647; overflow: auto; background: #1c1917f2; color: #fafaf9;
    font: 1rem/1.5 system-ui, sans-serif; display: block }
  main { max-width: 60rem; margin: 8vh auto; padding: 0 1.5rem }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border-radius: .5rem; background: #292524;
    border-left: .25rem solid #dc2626; font-size: .875rem }
`

let host: HTMLElement | undefined

export function showFailure(title: string, text: string): void {
  hideFailure()
  host = document.createElement('wingbeat-failure')
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(SHEET)
  // Allowed under any content security policy, as a style element would not be.
  root.adoptedStyleSheets = [sheet]
  const main = document.createElement('main')
  main.setAttribute('role', 'alert')
  const heading = document.createElement('h1')
  heading.textContent = title
  const details = document.createElement('pre')
  details.textContent = text
  const hint = document.createElement('p')
  hint.textContent = 'This goes away by itself once the error is mended and saved.'
  main.append(heading, details, hint)
  root.append(main)
  document.documentElement.append(host)
}

export function hideFailure(): void {
  host?.remove()
  host = undefined
}

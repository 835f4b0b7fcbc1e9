/** The error with which a call ends when its action redirected: the page has moved on, there is no result. */

class RedirectError extends Error {
  override readonly name = 'RedirectError'
  readonly url: string

  constructor(url: string) {
    super(`The action redirected to ${url}`)
    this.url = url
  }
}

export function createRedirectError(url: string): Error {
  return new RedirectError(url)
}

/** True for the error of a call whose action redirected; catch blocks around a call should throw it on. */
export function isRedirect(error: unknown): boolean {
  return error instanceof RedirectError
}

/** Nobody needs to catch a redirect, so an uncaught one is not reported. */
export function silenceRedirects(): void {
  addEventListener('unhandledrejection', (event) => {
    if (isRedirect(event.reason)) event.preventDefault()
  })
  addEventListener('error', (event) => {
    if (isRedirect(event.error)) event.preventDefault()
  })
}

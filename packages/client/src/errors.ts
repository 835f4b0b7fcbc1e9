/** The errors with which a call can fail and that user code may tell apart. */

/** The action refused with a code and a message meant for the user. */
export class ActionError extends Error {
  override readonly name = 'ActionError'
  readonly code: string
  readonly data: unknown

  constructor(code: string, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** The server does not know the action: usually the page is older than the deployed application. */
export class UnrecognizedActionError extends Error {
  override readonly name = 'UnrecognizedActionError'
}

/** What the action captured when the page was rendered is no longer valid. */
export class StaleActionError extends Error {
  override readonly name = 'StaleActionError'
}

/** True if loading the page again is the cure. */
export function isOutOfDate(error: unknown): boolean {
  return error instanceof UnrecognizedActionError || error instanceof StaleActionError
}

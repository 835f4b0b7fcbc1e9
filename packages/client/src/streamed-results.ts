/**
 * A result that came as a stream: what its action raised on the way reaches the reader as what it is.
 *
 * React rejects a stream with a digest. What the digest stands for comes in the answer's last row.
 */
import { ActionError } from './errors.js'
import type { PageRow } from './page.js'
import { createRedirectError } from './redirect.js'

/** What the server says of an `ActionError`. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly data?: unknown
}

/** The last row of a streamed answer: with a tree if something was invalidated, or where the action leads. */
export interface EndRow extends Partial<PageRow> {
  readonly invalidated?: boolean
  readonly error?: Failure
  readonly redirect?: { readonly url: string; readonly type: string }
}

export function toActionError({ code, message, data }: Failure): ActionError {
  return new ActionError(code, message, data)
}

/** The same value; a stream of an action's items fails with what the action raised. */
export function withEnding(value: unknown, end: PromiseLike<EndRow> | undefined): unknown {
  if (end === undefined || !isAsyncIterable(value)) return value
  const iterate = (): AsyncIterableIterator<unknown> => reading(value[Symbol.asyncIterator](), end)
  // An async generator's result is read once, an iterable as often as one likes; each stays what it is.
  return 'next' in value ? iterate() : { [Symbol.asyncIterator]: iterate }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && !(value instanceof ReadableStream)
}

function reading(items: AsyncIterator<unknown>, end: PromiseLike<EndRow>): AsyncIterableIterator<unknown> {
  return {
    async next() {
      try {
        return await items.next()
      } catch (error) {
        throw await meaningOf(error, end)
      }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

async function meaningOf(error: unknown, end: PromiseLike<EndRow>): Promise<unknown> {
  try {
    const { error: failure, redirect } = await end
    if (redirect !== undefined) return createRedirectError(new URL(redirect.url, location.href).href)
    return failure === undefined ? error : toActionError(failure)
  } catch {
    return error // the answer was cut off; that is what the reader sees
  }
}

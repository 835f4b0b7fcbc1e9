/**
 * The payload that arrives inside the HTML page, as a byte stream.
 *
 * In: what inline scripts push on `self.__wingbeat`: text, `["<base64>"]` for bytes, `null` at the end.
 * Scripts may have run before this module or may run later. A page that was cut off has no end mark; then the
 * stream ends with the document, or every hole would wait for ever.
 */
import { INLINE_QUEUE } from './wire-names.js'

type Chunk = string | readonly [base64: string] | null

interface Queue {
  push(...chunks: Chunk[]): number
}

/** The stream, or null once the document is complete and no script has pushed anything: a page that is not ours. */
export function openInlinePayload(): Promise<ReadableStream<Uint8Array> | null> {
  const early: Chunk[] = ((globalThis as Record<string, unknown>)[INLINE_QUEUE] ??= []) as Chunk[]
  const queue = early as Queue
  return new Promise((resolve) => {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined
    let ended = false

    const open = (): ReadableStreamDefaultController<Uint8Array> => {
      if (controller !== undefined) return controller
      const stream = new ReadableStream<Uint8Array>({
        start(created) {
          controller = created
        },
      })
      resolve(stream)
      return controller as unknown as ReadableStreamDefaultController<Uint8Array>
    }
    const take = (chunk: Chunk): void => {
      if (ended) return
      if (chunk === null) {
        ended = true
        open().close()
      } else {
        open().enqueue(bytesOf(chunk))
      }
    }
    const finish = (): void => {
      if (controller === undefined) resolve(null)
      else take(null)
    }

    early.forEach(take)
    early.length = 0
    queue.push = (...chunks) => {
      chunks.forEach(take)
      return 0
    }
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', finish, { once: true })
    else finish()
  })
}

const encoder = new TextEncoder()

function bytesOf(chunk: string | readonly [string]): Uint8Array {
  if (typeof chunk === 'string') return encoder.encode(chunk)
  return Uint8Array.from(atob(chunk[0]), (character) => character.charCodeAt(0))
}

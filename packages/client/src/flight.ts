/** React's Flight client, tied to our module loader and our way of calling the server. */
import './client-references.js' // first: the Flight client reads a global that this module sets
import {
  createFromReadableStream,
  createServerReference as createReference,
  createTemporaryReferenceSet,
  encodeReply,
  type CallServer,
  type TemporaryReferenceSet,
} from 'react-server-dom-webpack/client.browser'

export { createTemporaryReferenceSet, encodeReply, type TemporaryReferenceSet }

// Calling needs the page tree, and reading a page tree needs calling: the knot is tied once, at the start.
let connected: CallServer = () => Promise.reject(new Error('The runtime has not started.'))

export function connectCalls(call: CallServer): void {
  connected = call
}

const callServer: CallServer = (id, args) => connected(id, args)

/** An action as a client module imports it. */
export function createServerReference(id: string): (...args: unknown[]) => Promise<unknown> {
  return createReference(id, callServer)
}

export async function readInlinePayload(stream: ReadableStream<Uint8Array>): Promise<unknown> {
  return await createFromReadableStream(stream, { callServer })
}

export interface ReceivedPayload {
  readonly value: PromiseLike<unknown>
  /** Whether all of it came, once the answer has ended. */
  readonly isWhole: Promise<boolean>
}

export async function readPayload(
  response: Response,
  temporaryReferences?: TemporaryReferenceSet,
): Promise<ReceivedPayload> {
  const options = temporaryReferences === undefined ? { callServer } : { callServer, temporaryReferences }
  if (response.body === null) throw new Error('The answer has no body.')
  if (!response.headers.has('Content-Length')) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const isWhole = response.body.pipeTo(writable).then(
      () => true,
      () => false,
    )
    return { value: createFromReadableStream(readable, options), isWhole }
  }
  // Nothing in it is yet to come. Read at once, because Chromium aborts a request now and then whose body was read
  // piece by piece to its end, and its network panel then shows a call that succeeded as cancelled.
  const whole = new Blob([await response.arrayBuffer()])
  return { value: createFromReadableStream(whole.stream(), options), isWhole: Promise.resolve(true) }
}

/** What the bundler provides, and the part of React's Flight client that has no published types. */

declare const process: { readonly env: { readonly NODE_ENV: 'production' | 'development' } }

declare module 'react-server-dom-webpack/client.browser' {
  export type CallServer = (id: string, args: unknown[]) => Promise<unknown>
  export type TemporaryReferenceSet = Map<string, unknown>

  interface PayloadOptions {
    callServer?: CallServer
    temporaryReferences?: TemporaryReferenceSet
  }

  export function createFromFetch(response: Promise<Response>, options?: PayloadOptions): PromiseLike<unknown>
  export function createFromReadableStream(
    stream: ReadableStream<Uint8Array>,
    options?: PayloadOptions,
  ): PromiseLike<unknown>
  export function createServerReference(
    id: string,
    callServer: CallServer,
  ): (...args: unknown[]) => Promise<unknown>
  export function createTemporaryReferenceSet(): TemporaryReferenceSet
  export function encodeReply(
    value: unknown,
    options?: { temporaryReferences?: TemporaryReferenceSet; signal?: AbortSignal },
  ): Promise<string | FormData>
}

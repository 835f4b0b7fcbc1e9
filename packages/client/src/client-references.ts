/**
 * Client references: the module ids in a payload, and the modules behind them.
 *
 * React's Flight client asks a global `__webpack_require__` for modules. An id is a URL, imported once, or the
 * name of this runtime, which is already here. This file must be evaluated before the Flight client, which reads
 * the global as it is evaluated; `flight.ts` sees to that.
 */
import { reloadDocument } from './reload.js'
import { RUNTIME_MODULE } from './wire-names.js'

/** A promise on which React finds the outcome without waiting. */
interface ModulePromise extends Promise<unknown> {
  status?: 'fulfilled' | 'rejected'
  value?: unknown
  reason?: unknown
}

/** How long a reload may take before the module's error is shown instead. */
const RELOAD_WAIT_MS = 2000

// One promise per id for ever: React keeps the outcome on it and asks again.
const modules = new Map<string, ModulePromise>()

export function provideRuntimeModule(namespace: object): void {
  const settled: ModulePromise = Promise.resolve(namespace)
  settled.status = 'fulfilled'
  settled.value = namespace
  modules.set(RUNTIME_MODULE, settled)
}

function requireModule(id: string): ModulePromise {
  const known = modules.get(id)
  if (known !== undefined) return known
  const promise: ModulePromise = import(id).catch((error: unknown) => reloadOnce(id, error))
  promise.then(
    (namespace) => {
      promise.status = 'fulfilled'
      promise.value = namespace
    },
    (error: unknown) => {
      promise.status = 'rejected'
      promise.reason = error
    },
  )
  modules.set(id, promise)
  return promise
}

/** A deploy removes old modules: the page as a whole is out of date, so load it again, but never in a loop. */
async function reloadOnce(id: string, error: unknown): Promise<never> {
  const key = `wingbeat:reload:${id}`
  let reloads = false
  try {
    reloads = sessionStorage.getItem(key) === null
    sessionStorage.setItem(key, '1')
  } catch {
    // Without storage nothing would stop a loop of reloads.
    reloads = false
  }
  if (reloads) {
    reloadDocument()
    await new Promise((resolve) => setTimeout(resolve, RELOAD_WAIT_MS))
  }
  throw error
}

Object.assign(globalThis, { __webpack_require__: requireModule })

/**
 * Calls: one POST carries the arguments there, and the result, the new page or a redirect back.
 *
 * The caller's promise settles after the page that came with the result is in the document; in a transition, when
 * the page is about to be, because React shows both together. So optimistic state does not flicker.
 */
import { readActionId } from './action-id.js'
import { StaleActionError, UnrecognizedActionError } from './errors.js'
import { createTemporaryReferenceSet, encodeReply, readPayload, type TemporaryReferenceSet } from './flight.js'
import { formOf, keepFields } from './kept-fields.js'
import { enterLane } from './lanes.js'
import { arrive, forgetPages, leaveFor, navigate, offerTree, refresh } from './navigation.js'
import { pagePath, tick, type PageRow } from './page.js'
import { isComponent, isThisBuild, redirectOf, redirectTo, type RedirectTarget } from './page-requests.js'
import { createRedirectError } from './redirect.js'
import { reloadDocument } from './reload.js'
import { toActionError, withEnding, type EndRow, type Failure } from './streamed-results.js'
import { isInTransition } from './transition.js'
import { waitUntilMounted } from './tree-state.js'
import {
  ACTION_HEADER,
  ACTION_NOT_FOUND_HEADER,
  ACTION_STALE_HEADER,
  COMPONENT_TYPE,
  HIDDEN_FIELD_PREFIX,
} from './wire-names.js'

/** A refetch includes a request, so the caller waits for it, but not for ever. */
const REFETCH_WAIT_MS = 2000

/** How long a document navigation may take before the caller learns of the redirect. */
const LEAVE_WAIT_MS = 2000

/** The root row of an answer; the page's names are there when it holds a tree. */
interface AnswerRow extends Partial<PageRow> {
  readonly value?: PromiseLike<unknown>
  readonly error?: Failure
  readonly invalidated?: boolean
  /** What came of a call whose value is a stream, once all of that has come. */
  readonly end?: PromiseLike<EndRow>
  /** The action returned, but one of its arguments was not valid. */
  readonly failed?: boolean
}

interface Answer {
  readonly row: AnswerRow
  readonly redirect: RedirectTarget | null
  readonly sent: number
  readonly isWhole: Promise<boolean>
}

type Outcome = { readonly value: unknown } | { readonly error: unknown }

export async function callServer(id: string, args: unknown[]): Promise<unknown> {
  const { lane, limit } = readActionId(id)
  const joins = isInTransition()
  const form = formOf(args)
  const references = createTemporaryReferenceSet()
  // Encoded before the call waits for its turn: it is sent as it was made.
  const body = encodeReply(args.slice(0, limit).map(withoutHiddenFields), { temporaryReferences: references })
  body.catch(() => {}) // reported below, in the call's turn
  const leaveLane = await enterLane(lane)
  let outcome: Outcome
  let applied: Promise<void>
  try {
    const answer = await send(id, await body, references)
    if (answer.redirect !== null) {
      leaveLane()
      await follow(answer.redirect, answer)
      throw createRedirectError(answer.redirect.url.href)
    }
    applied = apply(answer, joins)
    outcome = await outcomeOf(answer.row)
    if (answer.row.failed || answer.row.error !== undefined) keepFields(form)
  } finally {
    leaveLane()
  }
  await applied
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

/** What makes a form work without JavaScript stays in its FormData; it would only be sent twice. */
function withoutHiddenFields(argument: unknown): unknown {
  if (argument instanceof FormData) {
    for (const name of [...argument.keys()]) if (name.startsWith(HIDDEN_FIELD_PREFIX)) argument.delete(name)
  }
  return argument
}

async function send(id: string, body: BodyInit, references: TemporaryReferenceSet): Promise<Answer> {
  const sent = tick()
  const response = await post(id, body)
  const redirect = redirectOf(response) ?? followedBy(response)
  if (redirect === null) await refuse(response, id)
  if (redirect === null) {
    const { value, isWhole } = await readPayload(response, references)
    return { row: (await value) as AnswerRow, redirect, sent, isWhole }
  }
  // A redirect stands in the header; a body that is empty or breaks off only costs the tree.
  const none: Answer = { row: {}, redirect, sent, isWhole: Promise.resolve(false) }
  if (!isComponent(response)) return none
  try {
    const { value, isWhole } = await readPayload(response, references)
    return { ...none, row: (await value) as AnswerRow, isWhole }
  } catch {
    return none
  }
}

async function post(id: string, body: BodyInit): Promise<Response> {
  try {
    return await fetch(location.pathname + location.search, {
      method: 'POST',
      headers: { Accept: COMPONENT_TYPE, [ACTION_HEADER]: id },
      body,
    })
  } catch (cause) {
    throw new Error('The server could not be reached.', { cause })
  }
}

/** The browser followed a redirect that is not ours, to a sign-in page for example: that document is the answer. */
function followedBy(response: Response): RedirectTarget | null {
  if (!response.redirected || isComponent(response)) return null
  return { url: new URL(response.url), mode: 'push', leaves: true }
}

/** Throw for an answer that is not one of the action's. */
async function refuse(response: Response, id: string): Promise<void> {
  if (response.headers.has(ACTION_NOT_FOUND_HEADER)) {
    throw new UnrecognizedActionError(`The server does not know the action ${id}. The page may be older than the server.`)
  }
  if (response.headers.has(ACTION_STALE_HEADER)) {
    throw new StaleActionError('What the action captured is no longer valid. Reload the page.')
  }
  if (isComponent(response)) return
  const isText = (response.headers.get('Content-Type') ?? '').startsWith('text/plain')
  if (response.status >= 400 && isText) throw new Error(`${response.status} ${await response.text()}`)
  throw new Error(`The server gave an unexpected answer (status ${response.status}).`)
}

async function outcomeOf({ value, error, end }: AnswerRow): Promise<Outcome> {
  if (error !== undefined) return { error: toActionError(error) }
  try {
    return { value: withEnding(await value, end) }
  } catch (reason) {
    return { error: reason }
  }
}

function hasTree(row: AnswerRow): row is AnswerRow & PageRow {
  return row.tree !== undefined
}

/** Bring the page up to date with what the action did; resolves when that is on screen. */
async function apply({ row, sent, isWhole }: Answer, joins: boolean): Promise<void> {
  if (!isThisBuild(row.build)) {
    // The caller gets its value first.
    void Promise.resolve(row.end ?? row.value).finally(() => setTimeout(reloadDocument, 0)).catch(() => {})
    return
  }
  await waitUntilMounted()
  if (row.end !== undefined) {
    void conclude(row.end, sent, isWhole) // the caller reads its value meanwhile
    return
  }
  if (row.invalidated) forgetPages()
  if (hasTree(row)) {
    const { isCurrent, shown } = await offerTree({ row, sent, isWhole }, joins)
    if (isCurrent) return joins ? undefined : shown
  }
  if (row.invalidated) await withinBound(refresh(), REFETCH_WAIT_MS)
}

/** Do what a streamed call asks for at its end. One that is cut off may have changed anything. */
async function conclude(end: PromiseLike<EndRow>, sent: number, isWhole: Promise<boolean>): Promise<void> {
  let row: EndRow
  try {
    row = await end
  } catch {
    return refresh()
  }
  if (row.redirect !== undefined) {
    return follow(redirectTo(row.redirect.url, row.redirect.type), { row, redirect: null, sent, isWhole })
  }
  await apply({ row, redirect: null, sent, isWhole }, false)
}

async function follow(redirect: RedirectTarget, { row, sent, isWhole }: Answer): Promise<void> {
  forgetPages()
  if (redirect.leaves || !isThisBuild(row.build)) {
    leaveFor(redirect.url, redirect.mode)
    // The document goes on standing until the next one answers; until then the call is still running.
    await withinBound(new Promise((resolve) => addEventListener('pagehide', resolve, { once: true })), LEAVE_WAIT_MS)
    return
  }
  await waitUntilMounted()
  if (hasTree(row) && pagePath(row.url) === pagePath(redirect.url)) {
    await arrive(redirect.url, redirect.mode, { row, sent, isWhole })
  } else {
    await navigate(redirect.url, redirect.mode)
  }
}

function withinBound(promise: Promise<unknown>, milliseconds: number): Promise<unknown> {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, milliseconds))])
}

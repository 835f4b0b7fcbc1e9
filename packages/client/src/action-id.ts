/**
 * What the browser reads in an action's id; the rest is the server's.
 *
 * Character 0 is a base64url digit: the low five bits count the arguments that the function takes (31: any),
 * bit 5 says that a sealed argument stands before them. Characters 1 to 4 name the lane.
 */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const ANY_COUNT = 31
const SEALED = 32
const PARALLEL_LANE = '----'

export interface ActionId {
  /** How many arguments to send at most. */
  readonly limit: number
  /** Calls of one lane run in order; null runs at once. */
  readonly lane: string | null
}

export function readActionId(id: string): ActionId {
  const digit = DIGITS.indexOf(id.charAt(0))
  const count = digit & ANY_COUNT
  const sealed = digit & SEALED ? 1 : 0
  const lane = id.slice(1, 5)
  return {
    limit: digit < 0 || count === ANY_COUNT ? Infinity : sealed + count,
    lane: lane === PARALLEL_LANE || lane.length < 4 ? null : lane,
  }
}

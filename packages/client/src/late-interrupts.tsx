/**
 * A part of the page that arrived late and ended in `redirect()` or `not_found()`: the status had been sent, so the
 * server could only send a failure whose digest says it.
 *
 *     wingbeat:replace;/sign-in      wingbeat:404
 */
import { useEffect, type ReactNode } from 'react'
import { INTERRUPT_DIGEST } from './wire-names.js'

type Go = (target: string, type: string) => void

// Going somewhere needs the page, which holds the error boundaries: the knot is tied once, at the start.
let go: Go = () => {}

export function connectLateRedirects(connected: Go): void {
  go = connected
}

const STATUSES: Record<string, string> = {
  '401': 'This part of the page is for people who are signed in.',
  '403': 'You may not see this part of the page.',
  '404': 'There is nothing here.',
}

export function isLateInterrupt(digest: string | undefined): digest is string {
  return digest?.startsWith(INTERRUPT_DIGEST) ?? false
}

/** The server writes the same HTML. */
export function LateInterrupt({ digest }: { digest: string }): ReactNode {
  const interrupt = digest.slice(INTERRUPT_DIGEST.length)
  useEffect(() => {
    const [type, target] = interrupt.split(/;(.*)/s)
    if (type !== undefined && target !== undefined) go(target, type)
  }, [interrupt])
  const text = STATUSES[interrupt]
  return text === undefined ? null : <p>{text}</p>
}

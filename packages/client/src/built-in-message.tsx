/** What an error boundary shows when the application gave it no fallback. The server writes the same HTML. */
import type { ReactNode } from 'react'
import type { ServerFailure } from './error-boundary.js'
import { ActionError, isOutOfDate } from './errors.js'
import { reloadDocument } from './reload.js'

const GENERAL = 'Something went wrong.'
const OUT_OF_DATE = 'This page is out of date. Reload it to go on.'

export function BuiltInMessage({ error, failed }: { error?: unknown; failed?: ServerFailure }): ReactNode {
  const digest = failed === undefined ? digestOf(error) : failed.digest
  return (
    <div role="alert" style={{ fontFamily: 'system-ui,sans-serif', padding: '1rem' }}>
      <p>{failed === undefined ? textOf(error) : (failed.message ?? GENERAL)}</p>
      {digest ? <p>{`Error reference: ${digest}`}</p> : null}
      <button type="button" onClick={reloadDocument}>
        Reload
      </button>
    </div>
  )
}

function textOf(error: unknown): string {
  if (isOutOfDate(error)) return OUT_OF_DATE
  if (error instanceof ActionError) return error.message
  // The messages of other errors are for developers.
  if (process.env.NODE_ENV === 'development' && error instanceof Error) return error.message
  return GENERAL
}

function digestOf(error: unknown): string | undefined {
  const digest = error instanceof Error ? (error as Error & { digest?: unknown }).digest : undefined
  return typeof digest === 'string' ? digest : undefined
}

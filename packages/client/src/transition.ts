/**
 * Whether the code that runs now was started by a transition: a form's action, useActionState, startTransition.
 *
 * React tells nobody but react-dom, through an object that is not for us. The runtime contains one exact version
 * of React, and a test fails if the object no longer says so.
 */
import * as React from 'react'

interface ReactInternals {
  /** The running transition. */
  readonly T: object | null
}

const internals = (
  React as unknown as { __CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE: ReactInternals }
).__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE

export function isInTransition(): boolean {
  return internals.T !== null
}

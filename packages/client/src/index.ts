/** What a client component may import from `wingbeat`; payloads name the components among them by the same names. */
export { ErrorBoundary, type ErrorBoundaryProps, type ServerFailure } from './error-boundary.js'
export { ActionError, StaleActionError, UnrecognizedActionError } from './errors.js'
export { createServerReference } from './flight.js'
export { isRedirect } from './redirect.js'
export { ResetButton } from './reset-button.js'
export { usePathname, useRouter, useSearchParams, type Router } from './router.js'
export { SubmitButton, type SubmitButtonProps } from './submit-button.js'

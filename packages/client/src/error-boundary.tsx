/**
 * Error boundaries: a part of the page that failed is replaced, the rest stays.
 *
 * A new page from the server ends the failure. The error of a redirect is no failure: the children start afresh.
 */
import { Component, useContext, type ReactNode } from 'react'
import { BuiltInMessage } from './built-in-message.js'
import { isLateInterrupt, LateInterrupt } from './late-interrupts.js'
import { PageContext, type Page } from './page.js'
import { isRedirect } from './redirect.js'

/** What the server says about a part that failed there. The message comes in development only. */
export interface ServerFailure {
  readonly digest?: string
  readonly message?: string
}

interface CatcherProps {
  readonly page: Page | null
  readonly renderFailure: (error: unknown) => ReactNode
  /** The last one shows any error, so that nothing can blank the page. */
  readonly catchesRedirects?: boolean
  readonly children?: ReactNode
}

interface CatcherState {
  readonly page: Page | null
  readonly caught: { readonly error: unknown } | null
}

class Catcher extends Component<CatcherProps, CatcherState> {
  override state: CatcherState = { page: this.props.page, caught: null }

  static getDerivedStateFromError(error: unknown): Partial<CatcherState> {
    return { caught: { error } }
  }

  static getDerivedStateFromProps(props: CatcherProps, state: CatcherState): Partial<CatcherState> | null {
    if (props.page !== state.page) return { page: props.page, caught: null }
    // React has unmounted the children; rendering them again gives them new state, as a new page would.
    const restarts = state.caught !== null && isRedirect(state.caught.error) && !props.catchesRedirects
    return restarts ? { caught: null } : null
  }

  override render(): ReactNode {
    const { caught } = this.state
    return caught === null ? this.props.children : this.props.renderFailure(caught.error)
  }
}

export interface ErrorBoundaryProps {
  readonly fallback?: ReactNode
  readonly failed?: ServerFailure
  readonly children?: ReactNode
}

export function ErrorBoundary({ fallback, failed, children }: ErrorBoundaryProps): ReactNode {
  const page = useContext(PageContext)
  if (isLateInterrupt(failed?.digest)) return <LateInterrupt digest={failed.digest} />
  if (failed) return fallback ?? <BuiltInMessage failed={failed} />
  return (
    <Catcher page={page} renderFailure={(error) => fallback ?? <BuiltInMessage error={error} />}>
      {children}
    </Catcher>
  )
}

/** Stands above the whole document, so its fallback is one. */
export function RootBoundary({ children }: { children: ReactNode }): ReactNode {
  const page = useContext(PageContext)
  return (
    <Catcher page={page} renderFailure={renderFailedDocument} catchesRedirects>
      <Catcher page={page} renderFailure={renderFailedDocument}>
        {children}
      </Catcher>
    </Catcher>
  )
}

function renderFailedDocument(error: unknown): ReactNode {
  return (
    <html lang="en">
      <head>
        <title>Error</title>
      </head>
      <body>
        <BuiltInMessage error={error} />
      </body>
    </html>
  )
}

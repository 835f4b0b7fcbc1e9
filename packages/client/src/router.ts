/** Where the user is, and how a client component sends them elsewhere. URLs are as the browser shows them. */
import { useContext, useMemo } from 'react'
import { PageContext } from './page.js'
import { navigate, refresh } from './navigation.js'
import { prefetchPage } from './prefetched-pages.js'

export interface Router {
  push(href: string): void
  replace(href: string): void
  /** Fetch the current page anew. */
  refresh(): void
  back(): void
  forward(): void
  /** Ask for a page before anybody goes there. In production only, and not for who saves data. */
  prefetch(href: string): void
}

const router: Router = {
  push: (href) => void navigate(href, 'push'),
  replace: (href) => void navigate(href, 'replace'),
  refresh: () => void refresh(),
  back: () => history.back(),
  forward: () => history.forward(),
  prefetch: (href) => prefetchPage(new URL(href, location.href), 'now'),
}

export function useRouter(): Router {
  return router
}

function usePageUrl(): URL {
  const page = useContext(PageContext)
  return new URL(page?.url ?? '/', location.origin)
}

export function usePathname(): string {
  return usePageUrl().pathname
}

export function useSearchParams(): URLSearchParams {
  const { search } = usePageUrl()
  return useMemo(() => new URLSearchParams(search), [search])
}

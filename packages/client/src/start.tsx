/** The start in the browser: take over the HTML page that the server wrote. */
import { hydrateRoot } from 'react-dom/client'
import { callServer } from './call-server.js'
import { provideRuntimeModule } from './client-references.js'
import { connectCalls, readInlinePayload } from './flight.js'
import { startGetForms } from './get-forms.js'
import { startHistory } from './history-entries.js'
import * as runtime from './index.js'
import { openInlinePayload } from './inline-payload.js'
import { startKeepingFields } from './kept-fields.js'
import { connectLateRedirects } from './late-interrupts.js'
import { startLinkIntent } from './link-intent.js'
import { startLinks } from './links.js'
import { firstPage, followRedirect, startNavigation } from './navigation.js'
import type { PageRow } from './page.js'
import { redirectTo, rememberApp } from './page-requests.js'
import { isRedirect, silenceRedirects } from './redirect.js'
import { Root, waitUntilMounted } from './tree-state.js'

async function start(): Promise<void> {
  const stream = await openInlinePayload()
  if (stream === null) return
  // The options of hydrateRoot are in the root row, so it is awaited; what it refers to may come later.
  const row = (await readInlinePayload(stream)) as PageRow
  rememberApp(row)
  startKeepingFields()
  const first = await firstPage(row)
  hydrateRoot(document, <Root first={first} />, {
    formState: row.formState ?? null,
    onCaughtError(error, { componentStack }) {
      if (!isRedirect(error)) console.error(error, componentStack)
    },
  })
  await waitUntilMounted()
  startHistory()
  startLinks()
  startGetForms()
  startLinkIntent()
  startNavigation(first)
}

if (typeof document !== 'undefined') {
  provideRuntimeModule(runtime)
  connectCalls(callServer)
  connectLateRedirects((target, type) => void followRedirect(redirectTo(target, type)))
  silenceRedirects()
  void start()
}

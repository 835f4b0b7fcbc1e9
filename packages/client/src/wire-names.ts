/** Every name that the browser and the Python server must spell alike. */

export const COMPONENT_TYPE = 'text/x-component'

/** The query parameter that gives a payload a URL of its own, so that no cache shows a payload as a page. */
export const PAYLOAD_PARAMETER = '_wingbeat'

/** The array on `self` into which the page's inline scripts push the payload. */
export const INLINE_QUEUE = '__wingbeat'

export const ACTION_HEADER = 'Wingbeat-Action'
export const ACTION_NOT_FOUND_HEADER = 'Wingbeat-Action-Not-Found'
export const ACTION_STALE_HEADER = 'Wingbeat-Action-Stale'
export const REDIRECT_HEADER = 'Wingbeat-Redirect'
export const REDIRECT_TYPE_HEADER = 'Wingbeat-Redirect-Type'

/** On a request for a page that nobody has gone to yet. */
export const PREFETCH_HEADER = 'Wingbeat-Prefetch'

/** The module id under which payloads name the components of this runtime. */
export const RUNTIME_MODULE = 'wingbeat'

/** React's hidden fields of a form that works without JavaScript start with this. */
export const HIDDEN_FIELD_PREFIX = '$ACTION_'

/** The hidden field by which an action form says that it shows failures itself. */
export const ACTION_FORM_FIELD = '$ACTION_FORM'

/** Which server process rendered a tree, and its count when it began to. */
export type Stamp = readonly [instance: string, count: number]

/** What the inlined script of late contents defines; the server calls it. */
export const SHOW_CONTENT = '__wingbeat_show'
export const FAIL_CONTENT = '__wingbeat_fail'

/** With this begins the digest of an error that is none: a redirect, or a status, of a part that arrived late. */
export const INTERRUPT_DIGEST = 'wingbeat:'

/** Where `wingbeat dev` tells the open pages what changed, and the attribute of the runtime's script that says so. */
export const DEVELOPMENT_EVENTS_PATH = '/_wingbeat/dev-events'
export const DEVELOPMENT_EVENTS_MARK = 'data-wingbeat-events'

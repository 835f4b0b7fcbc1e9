/** Part of the development build alone. */
import { startDevelopmentEvents } from './dev-events.js'
import { waitUntilMounted } from './tree-state.js'

if (typeof document !== 'undefined') void waitUntilMounted().then(startDevelopmentEvents)

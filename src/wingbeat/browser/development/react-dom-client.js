import { ReactDOMClient } from './runtime.js'
export const { createRoot, hydrateRoot, version } = ReactDOMClient
export default ReactDOMClient

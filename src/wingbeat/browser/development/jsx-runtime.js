import { JSX } from './runtime.js'
export const { Fragment, jsx, jsxs } = JSX

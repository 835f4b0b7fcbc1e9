import { JSXDev } from './runtime.js'
export const { Fragment, jsxDEV } = JSXDev

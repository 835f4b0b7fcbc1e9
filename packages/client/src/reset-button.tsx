/** The button of an error page: ask the server for the page again, which ends the failure. */
import type { ComponentProps, ReactNode } from 'react'
import { refresh } from './navigation.js'

export function ResetButton({ onClick, children, ...attributes }: ComponentProps<'button'>): ReactNode {
  return (
    <button
      type="button"
      {...attributes}
      onClick={(event) => {
        onClick?.(event)
        if (!event.defaultPrevented) void refresh()
      }}
    >
      {children}
    </button>
  )
}

/** Moving the focus to where no browser would put it by itself. */

/** Focus any element. One that takes no focus of its own takes it this once, and no place in the order of Tab. */
export function focusOn(element: HTMLElement): void {
  if (element.tabIndex < 0 && !element.hasAttribute('tabindex')) {
    element.tabIndex = -1
    element.addEventListener('blur', () => element.removeAttribute('tabindex'), { once: true })
  }
  element.focus({ preventScroll: true })
}

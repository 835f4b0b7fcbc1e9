/** Load the document again, always by GET: `location.reload()` would repeat the POST that a page may be the answer to. */
export function reloadDocument(): void {
  location.replace(location.pathname + location.search)
}

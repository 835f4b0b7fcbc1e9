/**
 * The contents of Suspense boundaries that arrive after the page's shell. A script of its own, inlined into the
 * document: contents may arrive before the runtime. React goes on with a boundary when it is told.
 *
 * In:   <!--$?--><template id="B:0"></template>fallback<!--/$-->   and later   <template id="S:0">content</template>
 * Out:  <!--$-->content<!--/$-->    or, for one that failed,    <!--$!--><template data-dgst="…"></template>fallback<!--/$-->
 */
import { FAIL_CONTENT, SHOW_CONTENT } from './wire-names.js'

/** The comment before a boundary's template. React leaves a callback on it when it has hydrated past it. */
interface Mark extends Comment {
  _reactRetry?: () => void
}

const OPENING = /^(\$[?!~]?|&)$/
const CLOSING = /^\/[$&]$/

/** The boundary's template and mark; none when React has replaced the boundary, for a newer page or a failure. */
function find(boundary: string): { template: HTMLElement; mark: Mark } | null {
  const template = document.getElementById(boundary)
  return template && { template, mark: template.previousSibling as Mark }
}

function endOf(mark: Mark): Node {
  let depth = 0
  let node: Node = mark
  for (;;) {
    node = node.nextSibling!
    if (node.nodeType !== Node.COMMENT_NODE) continue
    const { data } = node as Comment
    if (OPENING.test(data)) depth += 1
    else if (CLOSING.test(data) && depth-- === 0) return node
  }
}

function settle(mark: Mark, state: '$' | '$!'): void {
  mark.data = state
  mark._reactRetry?.()
}

function show(boundary: string, content: string): void {
  const arrived = document.getElementById(content) as HTMLTemplateElement
  arrived.remove()
  const found = find(boundary)
  if (found === null) return
  const end = endOf(found.mark)
  while (found.mark.nextSibling !== end) found.mark.nextSibling!.remove()
  end.parentNode!.insertBefore(arrived.content, end)
  settle(found.mark, '$')
}

function fail(boundary: string, digest: string, message?: string): void {
  const found = find(boundary)
  if (found === null) return
  found.template.setAttribute('data-dgst', digest)
  if (message !== undefined) found.template.setAttribute('data-msg', message)
  settle(found.mark, '$!')
}

Object.assign(globalThis, { [SHOW_CONTENT]: show, [FAIL_CONTENT]: fail })

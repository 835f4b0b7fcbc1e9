// The client components of the runtime's tests, as a browser gets them: plain ES modules that import by name.
import { Component, createElement as h, startTransition, useActionState, useEffect, useOptimistic, useState } from 'react'
import * as wingbeat from 'wingbeat'

/** Puts what it is given, and the router, where the test can reach it. */
export function Expose({ actions }) {
  const router = wingbeat.useRouter()
  useEffect(() => {
    Object.assign(window, { actions, router, wingbeat })
  }, [actions, router])
  return null
}

export function Counter() {
  const [count, setCount] = useState(0)
  return h('button', { id: 'counter', onClick: () => setCount(count + 1) }, count)
}

export function Where() {
  return h('p', { id: 'where' }, `${wingbeat.usePathname()} ${wingbeat.useSearchParams().get('q') ?? '-'}`)
}

export function Thrower() {
  const [throws, setThrows] = useState(false)
  if (throws) throw new Error('thrown in the browser')
  return h('button', { id: 'thrower', onClick: () => setThrows(true) }, 'Throw')
}

/** Renders an element that can not be rendered when it is a new page's. */
export function Fragile({ breaks }) {
  if (breaks) throw new Error('broken page')
  return h('p', { id: 'fragile' }, 'whole')
}

export function StateForm({ action }) {
  const [state, submit, isPending] = useActionState(action, 'nothing')
  return h(
    'form',
    { action: submit },
    h('output', null, state),
    h('input', { name: 'name', defaultValue: 'Ada' }),
    h('button', { id: 'send' }, isPending ? 'Sending' : 'Send'),
  )
}

export function DirectButton({ action }) {
  return h('button', { id: 'direct', onClick: action }, 'Call')
}

/** Shows the server's count plus those that are under way, and remembers all it ever showed. */
export function Likes({ likes, like }) {
  const [shown, add] = useOptimistic(likes, (current) => current + 1)
  window.shownLikes ??= []
  if (window.shownLikes.at(-1) !== shown) window.shownLikes.push(shown)
  const click = () =>
    startTransition(async () => {
      add()
      await like()
    })
  return h('button', { id: 'likes', onClick: click }, shown)
}

export function StopsClicks({ href, children }) {
  return h('a', { id: 'stopped', href, onClick: (event) => event.preventDefault() }, children)
}

/** A component that unmounts and mounts again counts both. */
export class Mounts extends Component {
  componentDidMount() {
    window.mounts = (window.mounts ?? 0) + 1
  }
  render() {
    return null
  }
}

/** Lanes: calls of one lane wait for each other, so that a draft never lands after its publication. */

const tails = new Map<string, Promise<void>>()

/** Wait for the lane's earlier calls; call what is returned when the next one may go. */
export async function enterLane(lane: string | null): Promise<() => void> {
  if (lane === null) return () => {}
  const before = tails.get(lane)
  let leave!: () => void
  const tail = new Promise<void>((resolve) => {
    leave = resolve
  })
  tails.set(lane, tail)
  await before
  return () => {
    if (tails.get(lane) === tail) tails.delete(lane)
    leave()
  }
}

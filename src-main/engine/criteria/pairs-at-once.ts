/** Pairs of maps that are compared without a pause. */
const pairsAtOnce = 8

/** A list in pieces that are compared without a pause. */
export function inPieces<Item>(list: readonly Item[]): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(list.length / pairsAtOnce) }, (_, piece) =>
    list.slice(piece * pairsAtOnce, (piece + 1) * pairsAtOnce)
  )
}

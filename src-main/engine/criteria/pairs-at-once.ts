const mostPairs = 8
/** Pixels of the maps that lie ready together for one comparison: eight of 128 × 128, one of 512 × 512. */
const pixelsAtOnce = 2 ** 17

/** A list of partners in pieces that are compared without a pause, with maps of so many pixels. */
export function inPieces<Item>(list: readonly Item[], pixels: number): (readonly Item[])[] {
  const size = Math.max(1, Math.min(mostPairs, Math.floor(pixelsAtOnce / Math.max(1, pixels))))
  return Array.from({ length: Math.ceil(list.length / size) }, (_, piece) =>
    list.slice(piece * size, (piece + 1) * size)
  )
}

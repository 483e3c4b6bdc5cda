import type { RemovalScene } from '@shared/comparison'

/** Values of one slice, over the whole of it. */
export interface SliceValues {
  readonly values: Float32Array
  readonly size: readonly [number, number, number]
}

/** Rank of each place: 0 for the one that is removed first. */
export function ranksOf(order: Uint32Array): Uint32Array {
  const ranks = new Uint32Array(order.length)
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank]] = rank

  return ranks
}

/** How many places a share of them is, as the engine rounds it. */
export const removedCount = (percent: number, places: number): number => Math.round((percent / 100) * places)

export interface RemovedShare {
  readonly scene: RemovalScene
  readonly ranks: Uint32Array
  readonly percent: number
  /** Values at the removed places, hottest first, where the scene does not have them. */
  readonly filled: Float32Array | null
}

/** One slice of the model's input with its hottest pixels replaced; null while the replacing values are not here. */
export function removedSlice({ scene, ranks, percent, filled }: RemovedShare, slice: number): Float32Array | null {
  const [columns, rows] = scene.size
  const [start, end] = [slice * columns * rows, (slice + 1) * columns * rows]
  const count = removedCount(percent, scene.order.length)
  if (count > 0 && scene.filled === null && (filled === null || filled.length < count)) return null

  const values = scene.input.slice(start, end)
  for (let place = start; place < end; place++) {
    const rank = ranks[place]
    if (rank < count) values[place - start] = scene.filled === null ? filled![rank] : scene.filled[place]
  }

  return values
}

/** The same as it lies on a slice of the image: as a grid that covers it, or voxel by voxel (black where the model sees nothing). */
export function removedOnImage(
  share: RemovedShare,
  image: { readonly size: readonly [number, number, number] },
  slice: number
): SliceValues | null {
  const { scene } = share
  const [columns, rows, slices] = scene.size
  if (scene.place === null) {
    const own = Math.min(slices - 1, Math.floor(((slice + 0.5) * slices) / image.size[2]))
    const values = removedSlice(share, own)

    return values === null ? null : { values, size: [columns, rows, 1] }
  }

  const [width, height] = image.size
  const values = new Float32Array(width * height).fill(scene.low)
  const kept = new Map<number, Float32Array>()
  for (let pixel = 0; pixel < values.length; pixel++) {
    const place = scene.place[slice * width * height + pixel]
    if (place < 0) continue
    const from = Math.floor(place / (columns * rows))
    const source = kept.get(from) ?? removedSlice(share, from)
    if (source === null) return null
    kept.set(from, source)
    values[pixel] = source[place - from * columns * rows]
  }

  return { values, size: [width, height, 1] }
}

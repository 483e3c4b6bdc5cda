import { mean } from '@engine/metrics/statistics/moments'
import type { ReaderOutline, ReaderOutlines, ReducedMap } from '@engine/criteria/experiment-run'
import { descendingOrder } from '@engine/metrics/descending-order'

export const overlapKinds = ['dice', 'iou'] as const
export type OverlapKind = (typeof overlapKinds)[number]

/** Overlap of the map with readers and of readers with each other, on one axis; or why there is none. */
export interface HumanOverlap {
  /** Mean over the readers: the map's hottest pixels, as many as the reader outlined, against that reader. */
  readonly mapToReader: number
  /** Mean over all pairs of readers. */
  readonly readerToReader: number
  /** What as many pixels anywhere would give: the mean share of the image that readers outlined, on the same axis. */
  readonly byChance: number
  readonly readers: number
}

/**
 * A map against readers on the axis of reader against reader: the map is cut so that it marks as many pixels as the reader did
 * (equal-area overlap, where Dice is the relevance rank of Arras et al. 2022), so that both sides are two outlines of one size.
 * Pixels that tie at the cut count by their expected share. Readers with an empty outline take no part; at least two must be left.
 */
export function humanOverlap(
  map: ReducedMap,
  { readers, shape }: ReaderOutlines,
  kind: OverlapKind
): HumanOverlap | string {
  if (map.flat) return 'the map is the same everywhere'
  if (map.shape.join() !== shape.join()) return 'map and outlines differ in size'
  if (readers.length < 2) return 'one reader only'
  const marked = readers.filter(({ mask }) => mask.includes(1))
  if (marked.length === 0) return 'no reader outlined anything'
  if (marked.length < 2) return 'one reader only outlined something'
  const cut = equalAreaCut(map)
  const pairs = marked.flatMap((first, index) =>
    marked.slice(index + 1).map((second) => readerOverlap(first.mask, second.mask, kind))
  )
  return {
    mapToReader: mean(marked.map(({ mask }) => fromDice(cut(mask), kind))),
    readerToReader: mean(pairs),
    byChance: mean(marked.map(({ mask }) => fromDice(areaOf(mask) / mask.length, kind))),
    readers: marked.length
  }
}

/** What the reveal of a map did to one case: the mean over readers who saw it. */
export interface RevealChange {
  /** Overlap of each reader's outline before and after. */
  readonly kept: number
  /** Overlap with the map after the reveal less that before: above 0 the outlines moved towards the map. */
  readonly towardsMap: number
}

/** Change after reveal; a phrase where nobody saw a map, or an outline is empty before or after. */
export function revealChange(
  map: ReducedMap,
  { readers, shape }: ReaderOutlines,
  kind: OverlapKind
): RevealChange | string {
  const seen = readers.flatMap((reader) =>
    reader.afterReveal === null ? [] : [{ ...reader, after: reader.afterReveal }]
  )
  if (seen.length === 0) return 'no reader was shown a map'
  if (map.flat) return 'the map is the same everywhere'
  if (map.shape.join() !== shape.join()) return 'map and outlines differ in size'
  const both = seen.filter(({ mask, after }) => mask.includes(1) && after.includes(1))
  if (both.length === 0) return 'no reader outlined something before and after the reveal'
  const cut = equalAreaCut(map)
  return {
    kept: mean(both.map(({ mask, after }) => readerOverlap(mask, after, kind))),
    towardsMap: mean(both.map(({ mask, after }) => fromDice(cut(after), kind) - fromDice(cut(mask), kind)))
  }
}

/** Overlap of two outlines that are not both empty. */
export function readerOverlap(first: ReaderOutline['mask'], second: ReaderOutline['mask'], kind: OverlapKind): number {
  let both = 0
  for (let index = 0; index < first.length; index++) if (first[index] !== 0 && second[index] !== 0) both++
  return fromDice((2 * both) / (areaOf(first) + areaOf(second)), kind)
}

/** Dice of a mask with the map cut at the mask's own area; the map is sorted once. */
function equalAreaCut(map: ReducedMap): (mask: Uint8Array) => number {
  const { values } = map
  const order = descendingOrder(values)
  return (mask) => {
    const area = areaOf(mask)
    const threshold = values[order[area - 1]]
    let [above, inside, ties, tiesInside] = [0, 0, 0, 0]
    for (let position = 0; position < order.length; position++) {
      const pixel = order[position]
      if (values[pixel] < threshold) break
      const hit = mask[pixel] !== 0 ? 1 : 0
      if (values[pixel] > threshold) {
        above++
        inside += hit
      } else {
        ties++
        tiesInside += hit
      }
    }
    return (inside + ((area - above) * tiesInside) / ties) / area
  }
}

const areaOf = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + (value !== 0 ? 1 : 0), 0)

const fromDice = (dice: number, kind: OverlapKind): number => (kind === 'dice' ? dice : dice / (2 - dice))

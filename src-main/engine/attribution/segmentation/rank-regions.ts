import type { Regions } from '@engine/attribution/segmentation/regions'

export type RankingAlgorithm = 'full' | 'fast'

/** Attribution by cell: its sum over the pixels of the cell, and how many they are. */
export interface CellSums {
  readonly sums: Float64Array
  readonly counts: Float64Array
}

/** What became of each cell. */
export interface RankedCells {
  readonly values: Float64Array
  /** Which region took the cell: 1 the first and hottest, the last those in no region that was taken. */
  readonly turns: Int32Array
  /** How many regions there are so. */
  readonly count: number
}

/** A region that adds fewer pixels is left out, as in PAIR. */
const fewest = 50

/**
 * XRAI's ranking: regions are taken one after the other, and the pixels each adds get its mean attribution over them. full takes the
 * region with the highest such mean each time; fast goes by the means of the whole regions. Pixels in no region that was taken share
 * the mean of their own. Answers with each cell's value and the turn in which it was taken. Source: Kapishnikov et al., XRAI, ICCV 2019, algorithm 1.
 */
export function rankRegions(
  { masks, cells }: Pick<Regions, 'masks' | 'cells'>,
  attribution: CellSums,
  algorithm: RankingAlgorithm
): RankedCells {
  const cover = new Cover(cells, attribution)
  if (algorithm === 'full') takeByGain(masks, attribution, cover)
  else takeInOrder(masks, attribution, cover)
  cover.take(Uint32Array.from({ length: cells }, (_, cell) => cell))
  return { values: cover.values, turns: cover.turns, count: cover.count }
}

/** What has been taken so far. */
class Cover {
  readonly values: Float64Array
  readonly turns: Int32Array
  count = 0

  constructor(
    cells: number,
    private readonly attribution: CellSums
  ) {
    this.values = new Float64Array(cells)
    this.turns = new Int32Array(cells)
  }

  /** Gives the cells not taken yet their mean, and answers with them. */
  take(mask: Uint32Array): Uint32Array {
    const added = mask.filter((cell) => this.turns[cell] === 0)
    if (added.length > 0) this.count += 1
    const { sum, count } = total(added, this.attribution)
    for (const cell of added) {
      this.values[cell] = sum / count
      this.turns[cell] = this.count
    }
    return added
  }

  newPixels(mask: Uint32Array): number {
    let count = 0
    for (const cell of mask) if (this.turns[cell] === 0) count += this.attribution.counts[cell]
    return count
  }
}

function takeInOrder(masks: readonly Uint32Array[], attribution: CellSums, cover: Cover): void {
  const means = masks.map((mask) => mean(total(mask, attribution)))
  const order = masks.map((_, index) => index).sort((a, b) => means[b] - means[a])
  for (const index of order) if (cover.newPixels(masks[index]) >= fewest) cover.take(masks[index])
}

/** Sums and counts of what each region would add are kept up to date cell by cell, instead of being counted anew each time. */
function takeByGain(masks: readonly Uint32Array[], attribution: CellSums, cover: Cover): void {
  const rest = masks.map((mask) => total(mask, attribution))
  const owners = ownersOf(masks, cover.turns.length)
  let open = masks.map((_, index) => index)
  for (;;) {
    open = open.filter((index) => rest[index].count >= fewest)
    if (open.length === 0) return
    const best = open.reduce((one, other) => (mean(rest[other]) > mean(rest[one]) ? other : one))
    for (const cell of cover.take(masks[best])) {
      for (let at = owners.starts[cell]; at < owners.starts[cell + 1]; at++) {
        const region = rest[owners.regions[at]]
        region.sum -= attribution.sums[cell]
        region.count -= attribution.counts[cell]
      }
    }
  }
}

/** The regions of each cell, one list after the other. */
function ownersOf(masks: readonly Uint32Array[], cells: number): { starts: Uint32Array; regions: Uint32Array } {
  const starts = new Uint32Array(cells + 1)
  for (const mask of masks) for (const cell of mask) starts[cell + 1]++
  for (let cell = 0; cell < cells; cell++) starts[cell + 1] += starts[cell]
  const regions = new Uint32Array(starts[cells])
  const next = starts.slice()
  masks.forEach((mask, region) => {
    for (const cell of mask) regions[next[cell]++] = region
  })
  return { starts, regions }
}

function total(mask: Uint32Array, { sums, counts }: CellSums): { sum: number; count: number } {
  let sum = 0
  let count = 0
  for (const cell of mask) {
    sum += sums[cell]
    count += counts[cell]
  }
  return { sum, count }
}

const mean = ({ sum, count }: { sum: number; count: number }): number => (count === 0 ? -Infinity : sum / count)

import type { Computed } from '@engine/metrics/metric'
import { agreementOf, type Agreement, type PairAgreement } from '@engine/readers/agreement'
import type { MaskGrid } from '@engine/readers/reader-mask'
import { boxOfMarks, cropped } from '@engine/readers/study/crop-to-marks'
import { extentOf } from '@engine/readers/study/extent'
import type { ExtentUnit } from '@shared/reading-results'

/** One case, read by several readers; `repeat` is a second reading by one of them, unknown to that reader. */
export interface ReadCase {
  readonly code: string
  readonly patient: string
  readonly grid: MaskGrid
  readonly readings: readonly CaseReading[]
}

export interface CaseReading {
  readonly reader: string
  readonly repeat: boolean
  readonly voxels: Uint8Array
  /** The map of the case had been shown to this reader before these outlines were done. */
  readonly mapSeen?: boolean
}

/** Figures of one case that are kept after its masks are let go. */
export interface CaseFigures {
  readonly code: string
  readonly patient: string
  /** Between readers, first readings only. */
  readonly pairs: readonly PairAgreement[]
  /** First against second reading of one reader. */
  readonly twice: readonly PairAgreement[]
  /** Readers whose second reading came after they had seen the map: it is no repeat of the first. */
  readonly twiceSeen: number
  /** By reader: marked or not, and size in `extentUnit`. */
  readonly found: ReadonlyMap<string, boolean>
  readonly extent: ReadonlyMap<string, number>
  readonly extentUnit: ExtentUnit
  /** Over the voxels of the box around all marks, 10 voxels wider. */
  readonly voxelKappa: Computed
  readonly voxelAlpha: Computed
  readonly voxelIcc: Computed
}

const region = { kind: 'union', margin: 10 } as const

/** The figures of one case; masks of a whole study need never be in memory together. */
export function caseFigures({ code, patient, grid, readings }: ReadCase): CaseFigures {
  const first = readings.filter(({ repeat }) => !repeat)
  const between = compared(first, grid)
  const twice = readings
    .filter(({ repeat }) => repeat)
    .flatMap((second) => {
      const earlier = first.find(({ reader }) => reader === second.reader)
      return earlier === undefined ? [] : [[earlier, second] as const]
    })
  const seen = twice.filter((pair) => pair.some(({ mapSeen }) => mapSeen === true))
  const sizes = first.map(({ reader, voxels }) => [reader, countOf(voxels)] as const)
  const sized = (voxels: number): number => {
    const { cm2, ml } = extentOf(voxels, grid)
    return cm2 ?? ml ?? voxels
  }
  const none: Computed = { value: null, reason: 'agreement needs two readers' }
  return {
    code,
    patient,
    pairs: between?.pairs ?? [],
    twice: twice.filter((pair) => !seen.includes(pair)).flatMap((pair) => compared(pair, grid)?.pairs ?? []),
    twiceSeen: seen.length,
    found: new Map(sizes.map(([reader, voxels]) => [reader, voxels > 0])),
    extent: new Map(sizes.map(([reader, voxels]) => [reader, sized(voxels)])),
    extentUnit: grid.spacingMm === null ? 'voxels' : grid.size[2] > 1 ? 'ml' : 'cm²',
    voxelKappa: between?.fleissKappa ?? none,
    voxelAlpha: between?.krippendorffAlpha ?? none,
    voxelIcc: between?.icc ?? none
  }
}

const countOf = (voxels: Uint8Array): number => voxels.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0)

/** Compared inside the box around all marks: the same figures as in the whole image, in a fraction of the time. */
function compared(readings: readonly CaseReading[], grid: MaskGrid): Agreement | null {
  if (readings.length < 2) return null
  const masks = readings.map(({ voxels }) => voxels)
  const box = boxOfMarks(masks, grid.size, region.margin)
  if (box === null) return agreementOf(readings, grid, region)
  const inside = readings.map(({ reader, voxels }) => ({ reader, voxels: cropped(voxels, grid.size, box) }))
  return agreementOf(inside, { size: box.size, spacingMm: grid.spacingMm }, region)
}

/** Mean overlap of the readers' outlines; a case that one reader marked and another did not counts 0. Null when nobody marked it. */
export function meanDice({ pairs, found }: CaseFigures): number | null {
  if (![...found.values()].some(Boolean)) return null
  const marked = pairs.filter(({ a, b }) => found.get(a) === true || found.get(b) === true)
  return marked.length === 0 ? null : marked.reduce((sum, { dice }) => sum + dice, 0) / marked.length
}

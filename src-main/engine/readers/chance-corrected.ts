import type { Computed } from '@engine/metrics/metric'

/** How many readers marked each voxel: the votes all chance-corrected figures of yes/no marks are made of. */
export function votesOf(masks: readonly Uint8Array[], voxels: Uint32Array): Uint16Array {
  const votes = new Uint16Array(voxels.length)
  for (const mask of masks) for (let item = 0; item < voxels.length; item++) if (mask[voxels[item]] !== 0) votes[item]++
  return votes
}

interface Tally {
  /** Share of marks over all readers and items. */
  readonly marked: number
  /** Mean share of agreeing pairs of readers. */
  readonly agreeing: number
}

function tally(votes: Uint16Array, readers: number): Tally {
  const pairs = readers * (readers - 1)
  let sum = 0
  let agreeing = 0
  for (const vote of votes) {
    const others = readers - vote
    sum += vote
    agreeing += (vote * (vote - 1) + others * (others - 1)) / pairs
  }
  return { marked: sum / (votes.length * readers), agreeing: agreeing / votes.length }
}

const sameForAll = 'every reader marked every place alike in one class: agreement by chance is certain'

/** Fleiss' κ of yes/no marks. Source: Fleiss JL. Measuring nominal scale agreement among many raters. Psychological Bulletin 1971;76:378–382. */
export function fleissKappa(votes: Uint16Array, readers: number): Computed {
  if (readers < 2) return { value: null, reason: 'agreement needs two readers' }
  if (votes.length === 0) return { value: null, reason: 'no reader marked anything' }
  const { marked, agreeing } = tally(votes, readers)
  const byChance = marked ** 2 + (1 - marked) ** 2
  return byChance === 1 ? { value: null, reason: sameForAll } : { value: (agreeing - byChance) / (1 - byChance) }
}

/**
 * Krippendorff's α of yes/no marks without gaps: 1 − observed ÷ expected disagreement, the expected one without replacement.
 * Source: Krippendorff K. Content analysis, 4th ed., Sage 2018, chapter 12 (nominal data).
 */
export function krippendorffAlpha(votes: Uint16Array, readers: number): Computed {
  if (readers < 2) return { value: null, reason: 'agreement needs two readers' }
  if (votes.length === 0) return { value: null, reason: 'no reader marked anything' }
  const { marked, agreeing } = tally(votes, readers)
  const marks = votes.length * readers
  const expected = (2 * marked * (1 - marked) * marks) / (marks - 1)
  return expected === 0 ? { value: null, reason: sameForAll } : { value: 1 - (1 - agreeing) / expected }
}

/**
 * Krippendorff's α of nominal marks with gaps: `items` holds the marks each item was given, by as many readers as marked it;
 * items with fewer than two are not paired and drop out. Source: Krippendorff K. Computing Krippendorff's alpha-reliability.
 * University of Pennsylvania 2011, section C.
 */
export function krippendorffWithGaps(items: readonly (readonly number[])[]): Computed {
  const paired = items.filter((marks) => marks.length > 1)
  if (paired.length === 0) return { value: null, reason: 'no case was read by two readers' }
  const totals = new Map<number, number>()
  let [marks, agreeing] = [0, 0]
  for (const item of paired) {
    const counts = new Map<number, number>()
    for (const mark of item) counts.set(mark, (counts.get(mark) ?? 0) + 1)
    for (const [mark, count] of counts) {
      totals.set(mark, (totals.get(mark) ?? 0) + count)
      agreeing += (count * (count - 1)) / (item.length - 1)
    }
    marks += item.length
  }
  const byChance = [...totals.values()].reduce((sum, count) => sum + count * (count - 1), 0) / (marks - 1)
  return byChance === marks
    ? { value: null, reason: sameForAll }
    : { value: 1 - (marks - agreeing) / (marks - byChance) }
}

/** Cohen's κ of two readers' yes/no marks. Source: Cohen J. A coefficient of agreement for nominal scales. Educ Psychol Meas 1960;20:37–46. */
export function cohenKappa(first: Uint8Array, second: Uint8Array, voxels: Uint32Array): Computed {
  if (voxels.length === 0) return { value: null, reason: 'no reader marked anything' }
  let [ofFirst, ofSecond, agreeing] = [0, 0, 0]
  for (const voxel of voxels) {
    const [a, b] = [first[voxel] !== 0, second[voxel] !== 0]
    if (a) ofFirst++
    if (b) ofSecond++
    if (a === b) agreeing++
  }
  const all = voxels.length
  const byChance = (ofFirst * ofSecond + (all - ofFirst) * (all - ofSecond)) / all ** 2
  return byChance === 1 ? { value: null, reason: sameForAll } : { value: (agreeing / all - byChance) / (1 - byChance) }
}

import {
  badAnnotations,
  fieldOf,
  numbersIn,
  textOf,
  type AnnotatedRegion,
  type AnnotationFile
} from '@engine/formats/masks/annotation-file'

/** Lists of samples by split: `{train: [[path, label, boxes?], …], …}`, or one list. */
function samplesOf(json: unknown): unknown[] {
  if (Array.isArray(json)) return json as unknown[]
  if (typeof json !== 'object' || json === null) return []
  const lists = Object.values(json) as unknown[]
  return lists.every(Array.isArray) ? (lists as unknown[][]).flat() : []
}

/** True for a split of mednet: rows that begin with a path and a label. */
export function isMednetSplit(json: unknown): boolean {
  const samples = samplesOf(json)
  return (
    samples.length > 0 &&
    samples.every(
      (sample) => Array.isArray(sample) && sample.length >= 2 && typeof sample[0] === 'string' && isLabel(sample[1])
    )
  )
}

function isLabel(value: unknown): boolean {
  return typeof value === 'number' || numbersIn(value, 1) !== null
}

/**
 * Boxes of a mednet split: lists `[label, xmin, ymin, width, height]` (TBX11k of mednet 2.1), objects of the same
 * names, or lists `[xmin, ymin, xmax, ymax]`.
 * Throws Fault `bad-mask` naming the sample. Source: definitions A2-12; mednet's TBX11k splits.
 */
export function readMednetBoxes(json: unknown, name: string): AnnotationFile {
  const regions: AnnotatedRegion[] = []
  const images: string[] = []
  for (const [index, sample] of (samplesOf(json) as unknown[][]).entries()) {
    const image = textOf(sample[0])
    images.push(image)
    for (const item of Array.isArray(sample[2]) ? (sample[2] as unknown[]) : []) {
      const box = boxOf(item)
      if (box === null) {
        throw badAnnotations(
          name,
          `has no box where sample ${index + 1} should have one`,
          'Boxes are [label, xmin, ymin, width, height], an object of these, or [xmin, ymin, xmax, ymax].'
        )
      }
      const label = textOf(fieldOf(item, 'label') ?? sample[1])
      regions.push({ image, label, reader: '', slice: null, shape: { kind: 'box', box } })
    }
  }
  return {
    title: 'a split of mednet',
    rule: 'mednet: boxes xmin, ymin, width, height (or xmin, ymin, xmax, ymax) in pixels from 0, the far edge not inside.',
    images,
    regions,
    warnings: []
  }
}

/** Five numbers begin with the label of the box and end with its sides; four are its corners. */
function cornersOf(list: readonly number[]): number[] {
  const [, x, y, width, height] = list
  return list.length === 5 ? [x, y, x + width, y + height] : list.slice(0, 4)
}

function boxOf(item: unknown): [number, number, number, number] | null {
  const list = numbersIn(item, 4)
  const named = ['xmin', 'ymin', 'width', 'height'].map((key) => fieldOf(item, key))
  const object = numbersIn(named, 4)
  const box =
    list !== null
      ? cornersOf(list)
      : object === null
        ? null
        : [object[0], object[1], object[0] + object[2], object[1] + object[3]]
  return box !== null && box[2] > box[0] && box[3] > box[1] ? (box as [number, number, number, number]) : null
}

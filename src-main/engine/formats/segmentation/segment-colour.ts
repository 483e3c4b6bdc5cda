import type { SegmentWords } from '@engine/formats/segmentation/segmentation'

/** Distinct colours for segments that have none. Source: Okabe and Ito 2008, safe for colour-blind readers. */
const colours: readonly (readonly [number, number, number])[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167]
]

/** The colour of a segment, its own or one by its number; sRGB, 0–255. */
export function segmentColour({
  colour,
  number
}: Pick<SegmentWords, 'colour' | 'number'>): readonly [number, number, number] {
  return colour ?? colours[(number - 1 + colours.length) % colours.length]
}

/** Pixels of the thresholded map inside the mask, of the thresholded map, and of the mask. */
export interface Overlap {
  readonly both: number
  readonly selected: number
  readonly area: number
}

export function overlapAbove(map: Float32Array, mask: Uint8Array, threshold: number): Overlap {
  let both = 0
  let selected = 0
  let area = 0
  for (let index = 0; index < map.length; index++) {
    const inside = mask[index] !== 0
    if (inside) area++
    if (map[index] < threshold) continue
    selected++
    if (inside) both++
  }
  return { both, selected, area }
}

/** 2·both / (selected + area). */
export function dice({ both, selected, area }: Overlap): number {
  return (2 * both) / (selected + area)
}

/** both / (selected + area − both). */
export function intersectionOverUnion({ both, selected, area }: Overlap): number {
  return both / (selected + area - both)
}

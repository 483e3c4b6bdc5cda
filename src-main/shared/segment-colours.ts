/** Colours of segments, cool because every heat map is warm (screens, section 2). */
export const segmentColours = [
  ...['#5fd7ea', '#b6e36b', '#c9a6ff', '#f2f2f2', '#ffb3d1', '#6fa8ff', '#7ee0b5', '#d7c9f5', '#9be1ff']
] as const

/** The first colour no segment has; when all are taken, that of their number. */
export function freeColour(taken: readonly string[]): string {
  const used = new Set(taken.map((colour) => colour.toLowerCase()))

  return segmentColours.find((colour) => !used.has(colour)) ?? segmentColours[taken.length % segmentColours.length]
}

/** Solid, 8-3, 3-3, 8-3-2-3, 1-3: the dash of each reader, in screen pixels (screens, section 2). */
const dashes = ['', '8 3', '3 3', '8 3 2 3', '1 3'] as const

export const readerDash = (index: number): string => dashes[index % dashes.length]

/** A, B, C … in the order of the study. */
export const readerLetter = (index: number): string => String.fromCharCode(65 + (index % 26))

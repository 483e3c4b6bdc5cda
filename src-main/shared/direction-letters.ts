/** Positive and negative letter of each LPS axis. */
const letters: readonly (readonly [string, string])[] = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F']
]

/** Below this share of the main axis a direction counts as straight (5.7°). */
const obliqueShare = 0.1

/**
 * The anatomical direction an LPS vector points to: one letter of R L A P H F, two when oblique, the larger component
 * first; '' for a vector without length. Source: DICOM PS3.3 C.7.6.1.1.1 (Patient Orientation).
 */
export function directionLetters(direction: readonly [number, number, number]): string {
  const components = direction
    .map((value, axis) => ({ size: Math.abs(value), letter: letters[axis][value > 0 ? 0 : 1] }))
    .sort((first, second) => second.size - first.size)
  if (!(components[0].size > 0)) return ''
  const oblique = components[1].size > obliqueShare * components[0].size

  return components[0].letter + (oblique ? components[1].letter : '')
}

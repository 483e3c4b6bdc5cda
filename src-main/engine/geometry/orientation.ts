import { axisColumn, scaled, unit, type Vector } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'

/** Letters of one image's four edges; '' when the image does not say how the patient lies. */
export interface EdgeLetters {
  readonly left: string
  readonly right: string
  readonly top: string
  readonly bottom: string
}

/** Positive and negative letter of each LPS axis. */
const letters: readonly (readonly [string, string])[] = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F']
]

/** Below this share of the main axis a direction counts as straight (5.7°). */
const obliqueShare = 0.1

/**
 * The anatomical direction a vector points to: one letter of R L A P H F, two when oblique, the larger component first.
 * Source: DICOM PS3.3 C.7.6.1.1.1 (Patient Orientation).
 */
export function directionLetters(direction: Vector): string {
  const components = unit(direction)
    .map((value, axis) => ({ size: Math.abs(value), letter: letters[axis][value > 0 ? 0 : 1] }))
    .sort((first, second) => second.size - first.size)
  if (!(components[0].size > 0)) return ''
  const oblique = components[1].size > obliqueShare * components[0].size
  return components[0].letter + (oblique ? components[1].letter : '')
}

/** Letters at the edges of a slice shown with axis `across` to the right and axis `down` to the bottom (0 = i, 1 = j, 2 = k). */
export function edgeLetters(affine: Affine, across = 0, down = 1): EdgeLetters {
  const right = axisColumn(affine, across)
  const bottom = axisColumn(affine, down)
  return {
    left: directionLetters(scaled(right, -1)),
    right: directionLetters(right),
    top: directionLetters(scaled(bottom, -1)),
    bottom: directionLetters(bottom)
  }
}

/** Letters of a volume's slices as stored: by its geometry, else by what the file names (radiographs), else empty. */
export function volumeEdgeLetters(volume: Pick<Volume, 'affine' | 'oriented' | 'patientOrientation'>): EdgeLetters {
  if (volume.oriented) return edgeLetters(volume.affine)
  const [right, bottom] = volume.patientOrientation ?? ['', '']
  return { left: oppositeLetters(right), right, top: oppositeLetters(bottom), bottom }
}

const opposites: Readonly<Record<string, string>> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' }

function oppositeLetters(letters: string): string {
  return [...letters].map((letter) => opposites[letter] ?? '').join('')
}

/**
 * Three letters saying where i, j and k of an LPS affine mainly point, in nibabel's words: 'L' for a column index that grows to the patient's left.
 * Each world axis is used once, the best-matching pair first.
 */
export function axisCodes(affine: Affine): string {
  const names: readonly (readonly [string, string])[] = [
    ['L', 'R'],
    ['P', 'A'],
    ['S', 'I']
  ]
  const pairs = [0, 1, 2].flatMap((axis) =>
    unit(axisColumn(affine, axis)).map((value, world) => ({ axis, world, value }))
  )
  pairs.sort((first, second) => Math.abs(second.value) - Math.abs(first.value))
  const codes: string[] = ['', '', '']
  const used = new Set<number>()
  for (const pair of pairs) {
    if (codes[pair.axis] !== '' || used.has(pair.world)) continue
    codes[pair.axis] = names[pair.world][pair.value > 0 ? 0 : 1]
    used.add(pair.world)
  }
  return codes.join('')
}

/** The other end of an axis, in the letters of `axisCodes`; '' for another letter. */
export function oppositeAxisLetter(letter: string): string {
  const pairs: Readonly<Record<string, string>> = { R: 'L', L: 'R', A: 'P', P: 'A', S: 'I', I: 'S' }
  return pairs[letter] ?? ''
}

import { axisColumn, scaled, unit } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'
import { directionLetters } from '@shared/direction-letters'

/** Letters of one image's four edges; '' when the image does not say how the patient lies. */
export interface EdgeLetters {
  readonly left: string
  readonly right: string
  readonly top: string
  readonly bottom: string
}

export { directionLetters }

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

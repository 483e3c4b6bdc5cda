import { turnedLetters, UPRIGHT, type EdgeLetters, type Turn } from './turn'

/** Which side of the patient lies on the left of the screen. */
export type Sides = 'radiological' | 'neurological' | 'stored'
export const sidesChoices: readonly Sides[] = ['radiological', 'neurological', 'stored']

/** What belongs at the left and at the top: of axial, coronal and sagittal planes, in the radiological way. */
const usual: readonly (readonly [left: string, top: string])[] = [
  ['R', 'A'],
  ['R', 'H'],
  ['A', 'H']
]

const turns: readonly Turn[] = [false, true].flatMap((mirrored) =>
  ([0, 1, 2, 3] as const).map((quarters) => ({ quarters, mirrored }))
)

/**
 * The turn that brings a plane the usual way round: the patient's right on the left of the screen (neurological: the left),
 * the front at the top of axial planes, the head at the top of the others, the front on the left of sagittal ones. Oblique
 * planes go by their stronger letter. As stored where the directions are not known.
 */
export function standardTurn(letters: EdgeLetters, sides: Sides): Turn {
  if (sides === 'stored') return UPRIGHT
  const right = (letter: string): string => (sides === 'neurological' && letter === 'R' ? 'L' : letter)
  const stands = (turn: Turn): boolean => {
    const { left, top } = turnedLetters(turn, letters)

    return usual.some(([wantedLeft, wantedTop]) => left.startsWith(right(wantedLeft)) && top.startsWith(wantedTop))
  }

  return turns.find(stands) ?? UPRIGHT
}

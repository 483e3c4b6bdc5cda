import { expect, test } from 'vitest'
import { standardTurn } from '../../../src-renderer/viewport/standard-turn'
import { turnedLetters, type EdgeLetters } from '../../../src-renderer/viewport/turn'

const opposite: Readonly<Record<string, string>> = { R: 'L', L: 'R', A: 'P', P: 'A', H: 'F', F: 'H' }
const plane = (left: string, top: string): EdgeLetters => ({
  left,
  top,
  right: opposite[left],
  bottom: opposite[top]
})
const shown = (letters: EdgeLetters, sides: 'radiological' | 'neurological' | 'stored'): string => {
  const { left, right, top, bottom } = turnedLetters(standardTurn(letters, sides), letters)

  return `${left}${right} ${top}${bottom}`
}

/** Every way a plane along two of the patient's axes can be stored: 3 planes × 8. */
const stored = ['RL AP', 'RL HF', 'AP HF'].flatMap((axes) => {
  const [first, second] = axes.split(' ')

  return [first, second].flatMap((across) => {
    const down = across === first ? second : first

    return [across, `${across[1]}${across[0]}`].flatMap((one) =>
      [down, `${down[1]}${down[0]}`].map((other) => ({ axes, letters: plane(one[0], other[0]) }))
    )
  })
})

test('whatever way a plane is stored, it is shown the radiological way round', () => {
  expect(stored).toHaveLength(24)
  for (const { axes, letters } of stored) {
    const [sides, standing] = axes === 'AP HF' ? ['AP', 'HF'] : axes.split(' ')
    expect(shown(letters, 'radiological')).toBe(`${sides} ${standing}`)
  }
})

test('neurological changes the sides of axial and coronal planes alone, and stored changes nothing', () => {
  for (const { axes, letters } of stored) {
    const [sides, standing] = axes.split(' ')
    expect(shown(letters, 'neurological')).toBe(`${sides === 'RL' ? 'LR' : sides} ${standing}`)
    expect(standardTurn(letters, 'stored')).toEqual({ quarters: 0, mirrored: false })
  }
})

test('oblique planes go by the stronger letter; unknown directions stay as they are stored', () => {
  expect(standardTurn({ left: 'LH', right: 'RF', top: 'PH', bottom: 'AF' }, 'radiological')).toEqual({
    quarters: 2,
    mirrored: false
  })
  expect(standardTurn({ left: '', right: '', top: '', bottom: '' }, 'radiological')).toEqual({
    quarters: 0,
    mirrored: false
  })
})

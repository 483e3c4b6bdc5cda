import { expect, it } from 'vitest'
import { contentsWords } from '@shared/study-contents'
import { readersWords } from '../../../src-renderer/state/catalogue-readers'

it('the question before a study is removed names its readings once', () => {
  const asked = readersWords.removal.begun(4, { readings: 5, drawings: 3, copies: 1 })
  expect(asked).toMatch(/^5 readings \(4 done\), 3 drawings and 1 copy of held changes go away with it, /)
  expect(asked.match(/reading/g)).toHaveLength(1)
})

it('the engine, which is not asked how many are done, names them without', () => {
  expect(contentsWords({ readings: 1, drawings: 2, copies: 0 })).toBe('1 reading and 2 drawings')
})

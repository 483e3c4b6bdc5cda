import { expect, test } from 'vitest'
import { foldersOf } from '@engine/handlers/save-reader-masks'

const folders = (...readers: string[]): string[] => foldersOf(readers.map((reader) => ({ reader })))

test('no reader is written over another, whatever they are called', () => {
  expect(folders('R', 'R', 'R-2')).toEqual(['R', 'R-3', 'R-2'])
  expect(folders('R-2', 'R', 'R')).toEqual(['R-2', 'R', 'R-3'])
  expect(folders('Anna', 'anna', 'ANNA')).toEqual(['Anna', 'anna-2', 'ANNA-3'])
  // The same letters, composed and decomposed.
  expect(new Set(folders('J\u00e9r', 'Je\u0301r').map((name) => name.normalize('NFC').toLowerCase())).size).toBe(2)
  expect(folders('Anna', 'Bert')).toEqual(['Anna', 'Bert'])
})

import { expect, test } from 'vitest'
import { outlinesToWrite } from '@engine/handlers/reading/study-outlines'
import type { ConsensusRow } from '@engine/project/reading-rows'

const row = (caseIndex: number, blob: string): ConsensusRow => ({ state: { caseIndex }, blob }) as ConsensusRow

test('cases that were read after the reference standard was set are written with their consensus', () => {
  const consensus = [row(0, 'newer'), row(1, 'only consensus'), row(2, 'newer')]
  const reference = [row(0, 'set'), row(2, 'set')]
  expect(outlinesToWrite(consensus, reference).map(({ blob }) => blob)).toEqual(['set', 'only consensus', 'set'])
  expect(outlinesToWrite(consensus, []).map(({ blob }) => blob)).toEqual(['newer', 'only consensus', 'newer'])
})

import { describe, expect, it } from 'vitest'
import type { CaseSummary, FileProblem } from '@shared/vocabulary'
import { caseRows } from '../../../src-renderer/state/case-rows'
import { secondsLeft } from '../../../src-renderer/state/opening.svelte'
import { groupRefusals, refusalsAsText } from '../../../src-renderer/state/refusals'
import { studyLines } from '../../../src-renderer/state/study-lines'

const problem = (file: string, message: string, hint?: string): FileProblem => ({
  file,
  fault: { code: 'bad-file', message, subject: file, ...(hint === undefined ? {} : { hint }) }
})

describe('refused files', () => {
  it('are grouped by reason, whatever their names and figures, the most frequent first', () => {
    const groups = groupRefusals([
      problem('a.dcm', '“a.dcm” ends after 400 bytes.', 'Copy it again.'),
      problem('b.txt', '“b.txt” is not an image.'),
      problem('c.dcm', '“c.dcm” ends after 12 bytes.', 'Copy it again.')
    ])

    expect(groups.map(({ reason, hint, problems }) => [reason, hint, problems.map(({ file }) => file)])).toEqual([
      ['The file ends after 400 bytes.', 'Copy it again.', ['a.dcm', 'c.dcm']],
      ['The file is not an image.', '', ['b.txt']]
    ])
  })

  it('by the hundred thousand are grouped in linear time', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => problem(`${index}.dcm`, `“${index}.dcm” is cut off.`))
    const start = performance.now()
    expect(groupRefusals(many)).toHaveLength(1)
    expect(performance.now() - start).toBeLessThan(5000)
  })

  it('are copied as a table: name, cause, what would work', () => {
    expect(refusalsAsText([problem('a.dcm', 'No.', 'Another.'), problem('b.dcm', 'Neither.')])).toBe(
      'a.dcm\tNo.\tAnother.\nb.dcm\tNeither.\t'
    )
  })
})

const one = (caseId: string, change: Partial<CaseSummary> = {}): CaseSummary =>
  ({ caseId, part: null, study: null, ...change }) as CaseSummary
const volume = (caseId: string, of: string, index: number): CaseSummary =>
  one(caseId, { part: { of, index, count: 3, label: `time ${index + 1} of 3` } })

describe('the list', () => {
  it('counts the volumes of a series once, at the place of the first, by the one looked at last', () => {
    const cases = [one('x'), volume('a', 's', 0), volume('b', 's', 1), one('y'), volume('c', 's', 2)]
    const ids = (shown: Map<string, string>): string[] => caseRows(cases, shown).map(({ caseId }) => caseId)

    expect(ids(new Map())).toEqual(['x', 'a', 'y'])
    expect(ids(new Map([['s', 'c']]))).toEqual(['x', 'c', 'y'])
    expect(ids(new Map([['s', 'gone']]))).toEqual(['x', 'a', 'y'])
  })

  it('puts a head over studies of several series only, and brings their series together', () => {
    const study = { id: 'st', description: 'Thorax' }
    const lines = studyLines([
      one('a', { study }),
      one('x'),
      one('b', { study }),
      one('z', { study: { id: 'other', description: '' } })
    ])

    expect(lines.map((line) => line.id)).toEqual(['study st', 'a', 'b', 'x', 'z'])
    expect(lines.map((line) => line.kind)).toEqual(['study', 'case', 'case', 'case', 'case'])
  })
})

describe('the forecast of an opening', () => {
  it('waits until there is a pace, then divides what is left by it', () => {
    const at = (done: number, total: number, seconds: number): number | null =>
      secondsLeft({ stage: 'Reading files', done, total }, seconds * 1000)

    expect(at(0, 10_000, 10)).toBeNull()
    expect(at(100, 10_000, 10)).toBeNull()
    expect(at(5000, 10_000, 1)).toBeNull()
    expect(at(5000, 10_000, 10)).toBeCloseTo(10)
    expect(at(2500, 10_000, 10)).toBeCloseTo(30)
    expect(at(10_000, 10_000, 10)).toBeNull()
    expect(at(1, 1, 10)).toBeNull()
  })
})

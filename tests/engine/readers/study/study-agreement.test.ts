import { describe, expect, test } from 'vitest'
import { caseFigures, meanDice, studyAgreement, type ReadCase } from '@engine/readers/study/study-agreement'
import { agreementWords, agreementRowIds } from '@shared/reading-results'

/** The discs of the shared definitions (E): Dice 1-2 .857778, 1-3 .606936, 2-3 .626866; HD95 1-3 5.385165; ASSD 1-3 2.745248. */
const disc = (row: number, column: number, radius: number): Uint8Array =>
  Uint8Array.from({ length: 4096 }, (_, index) =>
    (Math.floor(index / 64) - row) ** 2 + ((index % 64) - column) ** 2 <= radius ** 2 ? 1 : 0
  )
const [one, two, three] = [disc(26, 32, 8), disc(27, 33, 9), disc(30, 30, 7)]
const empty = new Uint8Array(4096)
const grid = { size: [64, 64, 1], spacingMm: [1, 1, 1] } as const
const readCase = (
  code: string,
  patient: string,
  masks: Record<string, Uint8Array>,
  twice: Record<string, Uint8Array> = {}
): ReadCase => ({
  code,
  patient,
  grid,
  readings: [
    ...Object.entries(masks).map(([reader, voxels]) => ({ reader, repeat: false, voxels })),
    ...Object.entries(twice).map(([reader, voxels]) => ({ reader, repeat: true, voxels }))
  ]
})
const bootstrap = { draws: 400, seed: 7 }
const table = (cases: readonly ReadCase[], readers = ['a', 'b', 'c']) =>
  Object.fromEntries(studyAgreement(cases.map(caseFigures), readers, bootstrap).map((row) => [row.id, row]))

describe('agreement of a study', () => {
  test('one case gives the golden values of its discs, and no interval', () => {
    const rows = table([readCase('1', 'p1', { a: one, b: two, c: three })])
    expect(rows.dice.value).toBeCloseTo((0.857778 + 0.606936 + 0.626866) / 3, 6)
    expect(rows.dice.ci95).toBeNull()
    const pair = table([readCase('1', 'p1', { a: one, b: three })], ['a', 'b'])
    expect(pair.hd95.value).toBeCloseTo(5.385165, 6)
    expect(pair.assd.value).toBeCloseTo(2.745248, 6)
  })

  test('overlap leaves out what nobody marked and counts 0 where one did', () => {
    const rows = table(
      [
        readCase('1', 'p1', { a: one, b: one }),
        readCase('2', 'p2', { a: one, b: empty }),
        readCase('3', 'p3', { a: empty, b: empty })
      ],
      ['a', 'b']
    )
    expect(rows.dice).toMatchObject({ n: 2, value: 0.5, ci95: [0, 1] })
    expect(rows.hd95).toMatchObject({ n: 1, value: 0 })
    expect(meanDice(caseFigures(readCase('3', 'p3', { a: empty, b: empty })))).toBeNull()
  })

  test('finding or not: κ and α of the 2 × 2 table, size: ICC(2,1)', () => {
    const yes = [one, one, one, one, two, empty, empty, empty, empty, one]
    const other = [one, one, two, one, two, empty, empty, empty, one, empty]
    const rows = table(
      yes.map((mask, index) => readCase(String(index), `p${index}`, { a: mask, b: other[index] })),
      ['a', 'b']
    )
    // Both yes 5, both no 3, one each 2: marks 12 of 20, Po .8, Pe .6² + .4² = .52.
    expect(rows['finding-kappa'].value).toBeCloseTo((0.8 - 0.52) / 0.48, 12)
    // α: Do .2, De = 2·12·8/(20·19).
    expect(rows['finding-alpha'].value).toBeCloseTo(1 - 0.2 / ((2 * 12 * 8) / (20 * 19)), 12)
    expect(rows['finding-kappa'].ci95![0]).toBeLessThan(rows['finding-kappa'].value!)
    expect(rows['extent-icc'].value).toBeGreaterThan(0)
    expect(rows['extent-icc'].value).toBeLessThan(1)
  })

  test('the same reader twice is told apart from readers among each other', () => {
    const rows = table(
      [readCase('1', 'p1', { a: one, b: three }, { a: two }), readCase('2', 'p2', { a: empty, b: one }, { a: empty })],
      ['a', 'b']
    )
    expect(rows['dice-twice']).toMatchObject({ n: 1 })
    expect(rows['dice-twice'].value).toBeCloseTo(0.857778, 6)
    expect(rows.dice.n).toBe(2)
  })

  test('images of one patient are drawn together: as one patient there is no interval', () => {
    const same = table([readCase('1', 'p', { a: one, b: two }), readCase('2', 'p', { a: one, b: three })], ['a', 'b'])
    expect(same.dice).toMatchObject({ n: 2, ci95: null })
  })

  test('cases not read by all count for overlap only', () => {
    const rows = table([readCase('1', 'p1', { a: one, b: two }), readCase('2', 'p2', { a: one, b: two, c: three })])
    expect(rows.dice.n).toBe(2)
    expect(rows['finding-kappa'].n).toBe(1)
  })

  test('one reader: every figure says why there is none', () => {
    for (const row of studyAgreement([caseFigures(readCase('1', 'p1', { a: one }))], ['a'], bootstrap)) {
      expect(row.value, row.id).toBeNull()
      expect(row.reason, row.id).toMatch(/two readers|twice/)
    }
  })

  test('the words name every row', () => expect(Object.keys(agreementWords)).toEqual([...agreementRowIds]))
})

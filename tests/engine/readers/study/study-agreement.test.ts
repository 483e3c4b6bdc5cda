import { describe, expect, test } from 'vitest'
import { krippendorffAlpha, krippendorffWithGaps } from '@engine/readers/chance-corrected'
import { caseFigures, meanDice, type ReadCase } from '@engine/readers/study/case-figures'
import { studyAgreement } from '@engine/readers/study/study-agreement'
import { agreementOver, agreementTitle, agreementWords, agreementRowIds } from '@shared/reading-results'

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

  test('a third reader who has begun takes no case away: κ and ICC are of those who read all, α takes gaps', () => {
    const pairs = Array.from({ length: 20 }, (_, index) => {
      const masks = { a: index % 2 === 0 ? one : empty, b: index % 3 === 0 ? two : empty }
      return readCase(String(index), `p${index}`, masks)
    })
    const alone = table(pairs)
    const [first, ...rest] = pairs
    const third = { reader: 'c', repeat: false, voxels: three }
    const rows = table([{ ...first, readings: [...first.readings, third] }, ...rest])
    for (const id of ['finding-kappa', 'extent-icc']) {
      expect(rows[id], id).toEqual(alone[id])
      expect(rows[id], id).toMatchObject({ n: 20, readers: ['a', 'b'] })
    }
    expect(agreementOver(rows['extent-icc'])).toBe('each read by a and b')
    expect(rows['finding-alpha']).toMatchObject({ n: 20 })
    // Of the first case three marks agree: 41 marks, 18 yes by a (10), b (7) and c (1).
    const items = pairs.map(({ readings }) => readings.map(({ voxels }) => (voxels === empty ? 0 : 1)))
    expect(rows['finding-alpha'].value).toBe(krippendorffWithGaps([[...items[0], 1], ...items.slice(1)]).value)
    expect(rows['finding-alpha'].value).not.toBe(alone['finding-alpha'].value)
    // As soon as the third has read nearly all, the table is of all three.
    const nearly = table(
      pairs.map((one, index) => (index === 0 ? one : { ...one, readings: [...one.readings, third] }))
    )
    expect(nearly['finding-kappa']).toMatchObject({ n: 19, readers: ['a', 'b', 'c'] })
  })

  test('α with gaps is the published example, and without gaps the α there was', () => {
    // Krippendorff 2011, section C: four observers, twelve units, nominal α .743.
    const rows = ['123321412...', '1233224125.3', '.3332342251.', '12332441251.']
    const items = Array.from({ length: 12 }, (_, unit) =>
      rows.flatMap((row) => (row[unit] === '.' ? [] : [Number(row[unit])]))
    )
    expect(krippendorffWithGaps(items).value).toBeCloseTo(0.743, 3)
    const votes = [0, 1, 3, 2, 3, 0, 1, 3]
    const whole = votes.map((vote) => [0, 1, 2].map((reader) => (reader < vote ? 1 : 0)))
    expect(krippendorffWithGaps(whole).value).toBeCloseTo(krippendorffAlpha(Uint16Array.from(votes), 3).value!, 12)
    expect(krippendorffWithGaps([[1], [0]]).value).toBeNull()
    expect(
      krippendorffWithGaps([
        [1, 1],
        [1, 1]
      ]).value
    ).toBeNull()
  })

  test('sizes in cm², in ml and without a spacing are figures of their own', () => {
    const of = (masks: Record<string, Uint8Array>, code: string, spaced: boolean): ReadCase => ({
      ...readCase(code, `p${code}`, masks),
      grid: spaced ? grid : { size: [64, 64, 1], spacingMm: null }
    })
    const images = [
      of({ a: one, b: two }, '1', true),
      of({ a: three, b: three }, '2', true),
      of({ a: one, b: two }, '3', false),
      of({ a: three, b: three }, '4', false)
    ]
    const sizes = (cases: readonly ReadCase[]) =>
      studyAgreement(cases.map(caseFigures), ['a', 'b'], bootstrap).filter(({ id }) => id === 'extent-icc')
    const both = sizes(images)
    expect(both.map((row) => [row.unit, row.n, agreementTitle(row)])).toEqual([
      ['cm²', 2, 'Size of the finding in cm² (ICC(2,1))'],
      ['voxels', 2, 'Size of the finding in voxels (ICC(2,1))']
    ])
    expect(both[0]).toEqual(sizes(images.slice(0, 2))[0])
    expect(both[1]).toEqual(sizes(images.slice(2))[0])
  })

  test('a second reading after the map was shown is no repeat: it is left out and counted', () => {
    const seen = readCase('1', 'p1', { a: one, b: three }, { a: two })
    const readings = seen.readings.map((reading) => ({ ...reading, mapSeen: reading.repeat }))
    const after = table([{ ...seen, readings }], ['a', 'b'])['dice-twice']
    expect(after).toMatchObject({ n: 0, value: null, leftOut: 1 })
    expect(after.reason).toMatch(/after its map was shown/)
    const mixed = table([{ ...seen, readings }, readCase('2', 'p2', { a: one }, { a: two })], ['a', 'b'])['dice-twice']
    expect(mixed).toMatchObject({ n: 1, leftOut: 1 })
    expect(agreementOver(mixed)).toBe('hidden repeats; 1 left out: the map had been shown before the second reading')
  })

  test('one reader: every figure says why there is none', () => {
    for (const row of studyAgreement([caseFigures(readCase('1', 'p1', { a: one }))], ['a'], bootstrap)) {
      expect(row.value, row.id).toBeNull()
      expect(row.reason, row.id).toMatch(/two readers|twice/)
    }
  })

  test('the words name every row', () => expect(Object.keys(agreementWords)).toEqual([...agreementRowIds]))
})

import { describe, expect, test } from 'vitest'
import { maskEnergy } from '@engine/criteria/cue-energy'
import { bodyMask } from '@engine/criteria/zones/body-mask'
import { textMarks } from '@engine/criteria/zones/text-marks'
import { connectedComponents, fillHoles, widened } from '@engine/geometry/connected-components'
import { assess, headlineRow, stateOf } from '../../support/assess'
import { painters, syntheticRun } from '../../support/synthetic-run'

const plane = (rows: readonly string[]): Uint8Array => Uint8Array.from(rows.join(''), (sign) => Number(sign !== '.'))

describe('connected parts', () => {
  const mask = plane(['##..#', '#...#', '.##..', '...##'])

  test('are numbered as scipy.ndimage.label does', () => {
    // scipy.ndimage.label(mask)[0]: 1 1 0 0 2 / 1 0 0 0 2 / 0 3 3 0 0 / 0 0 0 4 4
    expect([...connectedComponents(mask, [1, 4, 5], 1).labels]).toEqual([
      1, 1, 0, 0, 2, 1, 0, 0, 0, 2, 0, 3, 3, 0, 0, 0, 0, 0, 4, 4
    ])
    // With numpy.ones((3, 3)) the corners count: 1 1 0 0 2 / 1 0 0 0 2 / 0 1 1 0 0 / 0 0 0 1 1
    expect(connectedComponents(mask, [1, 4, 5], 3).sizes).toEqual([7, 2])
  })

  test('in space, edges count from the second kind and corners from the third', () => {
    const cube = new Uint8Array(8)
    cube[0] = cube[7] = 1
    expect(connectedComponents(cube, [2, 2, 2], 2).sizes).toEqual([1, 1])
    expect(connectedComponents(cube, [2, 2, 2], 3).sizes).toEqual([2])
  })

  test('holes are filled, bays are not', () => {
    expect([...fillHoles(plane(['####', '#.#.', '####']), [1, 3, 4])]).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1])
  })

  test('widening stays in the plane and in the image', () => {
    const mask3 = new Uint8Array(18)
    mask3[0] = 1
    expect([...widened(mask3, [2, 3, 3], 1)]).toEqual([1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  })
})

describe('the body', () => {
  /** A bright disc with two dark lungs on a dark ground, and a table line apart. */
  const image = Float32Array.from({ length: 64 * 64 }, (_, index) => {
    const [row, column] = [Math.floor(index / 64), index % 64]
    if (row === 62) return 900
    const body = (row - 30) ** 2 + (column - 32) ** 2 <= 26 ** 2
    const lung = (row - 30) ** 2 + (Math.abs(column - 32) - 11) ** 2 <= 8 ** 2
    return body ? (lung ? 50 : 1000) + (index % 7) : index % 5
  })

  test('is the largest part above the threshold, lungs included, the table not', () => {
    const body = bodyMask(image, [1, 64, 64]) as Uint8Array
    expect(body[30 * 64 + 21]).toBe(1)
    expect(body[62 * 64 + 5]).toBe(0)
    const expected = image.filter(
      (_, index) => (Math.floor(index / 64) - 30) ** 2 + ((index % 64) - 32) ** 2 <= 26 ** 2
    ).length
    expect(body.reduce((sum, value) => sum + value, 0)).toBe(expected)
  })

  test('of an inverted image is the same', () => {
    expect(
      bodyMask(
        image.map((value) => -value),
        [1, 64, 64],
        true
      )
    ).toEqual(bodyMask(image, [1, 64, 64]))
  })

  test('is not made up', () => {
    expect(bodyMask(new Float32Array(64), [1, 8, 8])).toBe('the image is the same everywhere')
    expect(bodyMask(Float32Array.of(...new Array<number>(999).fill(0), 1), [1, 10, 100])).toMatch(/no body can be told/)
  })
})

describe('burned-in text', () => {
  const shade = (): Float32Array => Float32Array.from({ length: 100 * 100 }, (_, index) => 400 + 3 * (index % 100))

  test('a sign of one bright value in a corner is found, pixel for pixel', () => {
    const image = shade()
    const letter = [5, 6, 7, 8, 9, 10].flatMap((row) =>
      (row === 10 ? [80, 81, 82, 83] : [80]).map((column) => row * 100 + column)
    )
    for (const pixel of letter) image[pixel] = 4095
    expect([...textMarks(image, [1, 100, 100])].flatMap((value, index) => (value === 0 ? [] : [index]))).toEqual(letter)
  })

  test('a bright bone, a soft spot and a sign in the middle are none', () => {
    const bone = shade()
    for (let row = 0; row < 100; row++) bone.fill(4095, row * 100 + 2, row * 100 + 12)
    const soft = shade().map(
      (value, index) =>
        value + 3000 * Math.exp(-((Math.floor(index / 100) - 10) ** 2 + ((index % 100) - 10) ** 2) / 200)
    )
    const middle = shade()
    for (let row = 48; row < 54; row++) middle[row * 100 + 50] = 4095
    for (const image of [bone, soft, middle, new Float32Array(10_000)])
      expect(textMarks(image, [1, 100, 100])).not.toContain(1)
  })
})

describe('energy in zones', () => {
  test('half of the energy on a quarter of the area', () => {
    const map = { values: Float32Array.of(2, 1, 1, 0), shape: [2, 2], flat: false, activations: 'normal' as const }
    expect(maskEnergy(map, Uint8Array.of(1, 0, 0, 0))).toEqual({ share: 0.5, area: 0.25 })
  })

  test('a map on the token outside the body fails, one on the lesion passes, noise is unclear, a flat one says so', async () => {
    const methods = { lesion: painters.lesion, token: painters.token, noise: painters.noise, flat: painters.flat }
    // The body begins at column 8; the token lies before it.
    const result = await assess('cue-zones', syntheticRun({ methods }), { margin: 0 })
    expect(stateOf(result, 'token')).toBe('fail')
    expect(stateOf(result, 'lesion')).toBe('pass')
    expect(stateOf(result, 'noise')).not.toBe('fail')
    expect(headlineRow(result, 'flat').excluded[0].reason).toBe('the map is the same everywhere')
    const enrichment = result.rows.find(
      (row) => row.method === 'token' && row.metric === 'outside-enrichment-margin-0'
    )!
    expect(enrichment.value!).toBeGreaterThan(2)
    expect(result.rows.find((row) => row.method === 'lesion' && row.criterion === 'cues.text')!.verdict.reason).toMatch(
      /No image shows signs/
    )
  })

  test('a body made from the image does not decide beside marked cues', async () => {
    const world = syntheticRun()
    const zones = async (modelId: string, caseId: string) => ({
      ...(await world.zones(modelId, caseId)),
      bodyGiven: false
    })
    const { rows } = await assess('cue-zones', syntheticRun({ override: { zones } }))
    expect(rows.filter((row) => row.headline)).toEqual([])
  })
})

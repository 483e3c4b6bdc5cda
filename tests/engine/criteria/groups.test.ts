import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { clusterTable } from '@engine/criteria/groups/cluster-table'
import type { ExperimentRun, GroupMap } from '@engine/criteria/experiment-run'
import { discoveryThreshold } from '@engine/metrics/statistics/false-discovery'
import { emptySums, mergedSums, pooledT, withMap, type MapSums } from '@engine/metrics/statistics/map-sums'
import { maximumP, shuffledMaxima } from '@engine/metrics/statistics/max-statistic'
import { studentTest } from '@engine/metrics/statistics/t-tests'
import { randomStream } from '@engine/tensor/random'
import { identityAffine } from '@engine/geometry/affine'
import { GroupEvidence } from '@shared/group-evidence'
import { assess, headlineRow } from '../../support/assess'
import {
  classifier,
  noise,
  painters,
  spot,
  sum,
  syntheticRun,
  type SyntheticOptions
} from '../../support/synthetic-run'

const value = (patient: number, voxel: number): number => ((7 * patient + 13 * voxel + patient * voxel) % 31) / 30
const voxels = [0, 1, 2, 3, 4, 5]
const first = Array.from({ length: 7 }, (_, patient) => voxels.map((voxel) => value(patient, voxel)))
const second = Array.from({ length: 5 }, (_, patient) => voxels.map((voxel) => value(patient + 7, voxel) ** 2))
const sumsOf = (maps: readonly number[][]): MapSums => maps.reduce((total, map) => withMap(total, map), emptySums(6))

describe('mergeable sums', () => {
  test('t of every voxel is that of scipy.stats.ttest_ind 1.17.1', () => {
    const { t, freedom } = pooledT(sumsOf(first), sumsOf(second))
    const expected = [
      0.7213031964357102, 2.8162272609859476, 0.5598223395504107, 0.7014144516097415, 0.8846809297398637,
      -0.15455408610144034
    ]
    expect(freedom).toBe(10)
    expected.forEach((golden, voxel) => expect(t[voxel]).toBeCloseTo(golden, 12))
  })

  test('parts merge to the whole, whatever the cut, also far from zero', () => {
    const shifted = [...first, ...second].map((map) => map.map((one) => one + 1e8))
    const whole = sumsOf(shifted)
    for (const cut of [0, 1, 5, 12]) {
      const merged = mergedSums(sumsOf(shifted.slice(0, cut)), sumsOf(shifted.slice(cut)))
      expect(merged.count).toBe(12)
      voxels.forEach((voxel) => {
        expect(merged.mean[voxel]).toBeCloseTo(whole.mean[voxel], 6)
        expect(Math.abs(merged.squares[voxel] / whole.squares[voxel] - 1)).toBeLessThan(1e-6)
      })
    }
    expect(mergedSums(sumsOf(first), sumsOf(second))).toEqual(mergedSums(sumsOf(first), sumsOf(second)))
  })
})

describe('false discoveries', () => {
  test('the largest p that the step-up procedure rejects', () => {
    // Ranks 1…5 of five at rate .05: limits .01 .02 .03 .04 .05; the third is the last below its limit.
    expect(discoveryThreshold(Float64Array.of(0.04001, 0.001, 0.5, 0.025, 0.019, NaN), 0.05)).toBe(0.025)
    expect(discoveryThreshold(Float64Array.of(0.2, 0.4), 0.05)).toBeNull()
    // scipy.stats.false_discovery_control of the p values above: smallest .1097.
    const p = Float64Array.of(
      0.4872443419703499,
      0.018278603373239725,
      0.5879203129008197,
      0.4990419060203004,
      0.3971014261771033,
      0.8802477000750433
    )
    expect(discoveryThreshold(p, 0.1096)).toBeNull()
    expect(discoveryThreshold(p, 0.1097)).toBe(0.018278603373239725)
  })
})

describe('shuffled labels', () => {
  const pace = (): Promise<void> => Promise.resolve()
  const maps = (count: number, length: number, key: number): Float32Array[] => {
    const random = randomStream(key, 'null')
    return Array.from({ length: count }, () => Float32Array.from({ length }, () => random.normal()))
  }

  test('give the largest |t| of each labelling, as Student’s test does voxel by voxel', async () => {
    const data = maps(6, 4, 1)
    const all = Uint32Array.of(0, 1, 2, 3)
    const inFirst = [true, true, true, false, false, false]
    const maxima = await shuffledMaxima({ maps: data, inFirst, voxels: all }, { permutations: 400, seed: 3, pace })
    // Twenty labellings of six patients exist; two of them share every |t|.
    const expected = new Set<string>()
    for (let bits = 0; bits < 64; bits++) {
      const chosen = [0, 1, 2, 3, 4, 5].filter((patient) => ((bits >> patient) & 1) === 1)
      if (chosen.length !== 3) continue
      const most = Math.max(
        ...all.map((voxel) =>
          Math.abs(
            1e6 *
              (studentTest(
                chosen.map((patient) => data[patient][voxel]),
                [0, 1, 2, 3, 4, 5].filter((patient) => !chosen.includes(patient)).map((patient) => data[patient][voxel])
              ).statistic ?? 0)
          )
        )
      )
      expected.add((most / 1e6).toFixed(3))
    }
    expect(expected.size).toBe(10)
    expect(new Set(Array.from(maxima, (most) => most.toFixed(3)))).toEqual(expected)
  })

  test('without a difference, p ≤ .1 comes up in about a tenth of 200 worlds (within three standard errors)', async () => {
    let rejected = 0
    const worlds = 200
    for (let world = 0; world < worlds; world++) {
      const data = maps(12, 25, 100 + world)
      const inFirst = data.map((_, patient) => patient < 6)
      const all = Uint32Array.from({ length: 25 }, (_, voxel) => voxel)
      const maxima = await shuffledMaxima({ maps: data, inFirst, voxels: all }, { permutations: 99, seed: world, pace })
      const sums = (wanted: boolean): MapSums =>
        data
          .filter((_, patient) => inFirst[patient] === wanted)
          .reduce((total, map) => withMap(total, map), emptySums(25))
      const { t } = pooledT(sums(true), sums(false))
      if (maximumP(Math.max(...t.map(Math.abs)), maxima) <= 0.1) rejected++
    }
    expect(rejected / worlds).toBeGreaterThan(0.1 - 3 * Math.sqrt(0.09 / worlds))
    expect(rejected / worlds).toBeLessThan(0.1 + 3 * Math.sqrt(0.09 / worlds))
  })
})

describe('clusters', () => {
  const t = Float64Array.from({ length: 8 * 7 * 6 }, (_, index) => {
    const [x, y, z] = [index % 8, Math.floor(index / 8) % 7, Math.floor(index / 56)]
    return 4 * Math.sin(0.9 * x + 0.3 * y) * Math.cos(0.7 * y - 0.5 * z)
  })
  const grid = { size: [8, 7, 6] as const, affine: [2, 0, 0, -10, 0, 2, 0, 5, 0, 0, 3, 7, 0, 0, 0, 1] as const }

  test('have the sizes and peaks of scipy.ndimage.label', () => {
    const found = clusterTable(t, { grid, connectivity: 1, smallest: 1 }, 2.5).filter(({ peakT }) => peakT > 0)
    expect(found.map(({ voxels: size }) => size)).toEqual([24, 15, 5, 1])
    expect(found[0]).toMatchObject({ mm3: 24 * 12, peakVoxel: [1, 2, 3], peakLpsMm: [-8, 9, 16] })
    expect(found[0].peakT).toBeCloseTo(3.9700466660599307, 12)
    expect(found[1].peakVoxel).toEqual([3, 6, 2])
    expect(found[0].mm2).toBeUndefined()
  })

  test('of maps of one slice have areas: no thickness is made up', () => {
    const flat = { size: [8, 7, 1] as const, affine: [2, 1, 0, -10, 0, 3, 0, 5, 0, 0, 5, 7, 0, 0, 0, 1] as const }
    const found = clusterTable(t.slice(0, 56), { grid: flat, connectivity: 1, smallest: 1 }, 2.5)
    expect(found.length).toBeGreaterThan(0)
    // Columns step by (2, 0, 0), rows by (1, 3, 0): a pixel has 6 mm².
    for (const { voxels, mm3, mm2 } of found) expect([mm3, mm2]).toEqual([null, 6 * voxels])
  })

  test('of the other sign are apart, small ones can be left out', () => {
    const all = clusterTable(t, { grid, connectivity: 1, smallest: 1 }, 2.5)
    expect(all.some(({ peakT }) => peakT < 0)).toBe(true)
    const large = clusterTable(t, { grid, connectivity: 1, smallest: 10 }, 2.5)
    expect(large).toEqual(all.filter(({ voxels: size }) => size >= 10))
  })
})

describe('the criterion', () => {
  /** Cases with the finding light up a spot at (20, 12); all have grain. */
  const differs: SyntheticOptions = {
    patients: 12,
    negatives: 12,
    methods: {
      lesion: ({ item }) =>
        sum(item.label === null ? new Float32Array(1024) : spot([20, 12], 2), noise(0.5, 'grain', item.id)),
      noise: painters.noise
    }
  }

  test('finds the spot, with its cluster, and says nothing of noise', async () => {
    const result = await assess('groups', syntheticRun(differs), { permutations: 199, threshold: 'max-t' })
    expect(headlineRow(result, 'lesion').verdict.state).toBe('pass')
    expect(headlineRow(result, 'noise').verdict.state).toBe('inconclusive')
    const evidence = v.parse(
      GroupEvidence,
      result.groups!.find(({ method }) => method === 'lesion')
    )
    expect([evidence.first, evidence.second]).toEqual([
      { name: 'lesion', images: 12, patients: 12 },
      { name: 'no finding', images: 12, patients: 12 }
    ])
    const [peak] = evidence.clusters
    expect(Math.hypot(peak.peakVoxel[0] - 12, peak.peakVoxel[1] - 20)).toBeLessThan(3)
    expect(peak.peakT).toBeGreaterThan(0)
    expect(peak.pCorrected!).toBeLessThanOrEqual(0.05)
    expect(evidence.cuts[0]).toMatchObject({ axis: 'slices', width: 32, height: 32 })
  })

  test('shows the mean difference by patient with its interval', async () => {
    const { rows } = await assess('groups', syntheticRun(differs), { permutations: 99 })
    const row = rows.find((one) => one.metric === 'mean-of-the-map' && one.method === 'lesion')!
    expect(row.reduction).toContain('signed')
    expect(row.ci95![0]).toBeLessThan(row.value!)
    expect(row.patients).toBe(24)
  })

  test('the two outputs of a softmax are checked for opposite signs', async () => {
    const models = [{ ...classifier('a1', 'a', 1), labels: ['none', 'lesion'], activation: 'softmax' as const }]
    const result = await assess('groups', syntheticRun({ ...differs, models }), { permutations: 99 })
    expect(result.groups![0].signCheck).toEqual({ outputs: ['none', 'lesion'], correlation: expect.closeTo(-1, 6) })
    expect(result.rows.find((row) => row.criterion === 'groups.sign-check')!.verdict.reason).toMatch(
      /opposite signs, as expected/
    )
  })

  test('says what is missing', async () => {
    const one = await assess('groups', syntheticRun({ patients: 12, negatives: 0 }), { permutations: 99 })
    expect(headlineRow(one, 'lesion').verdict.reason).toBe('Groups cannot be compared: all images belong to one group.')
    const named = await assess('groups', syntheticRun(differs), { permutations: 99, first: 'AD' })
    expect(headlineRow(named, 'lesion').verdict.reason).toMatch(
      /no image belongs to “AD”; groups are lesion, no finding/
    )
    const few = await assess('groups', syntheticRun({ ...differs, patients: 4, negatives: 3 }), { permutations: 99 })
    expect(headlineRow(few, 'lesion').verdict).toMatchObject({ state: 'not-assessable' })
    const flat = await assess('groups', syntheticRun({ ...differs, methods: { flat: painters.flat } }), {
      permutations: 99
    })
    expect(headlineRow(flat, 'flat').verdict.reason).toMatch(/the maps of all patients are alike/)
  })

  test('images without a common size are refused, patients in both groups left out', async () => {
    const world = syntheticRun(differs)
    let asked = 0
    const odd: ExperimentRun['groupMap'] = async (request, job) => {
      const map = (await world.groupMap(request, job)) as GroupMap
      asked++
      return asked > 3 ? { ...map, values: map.values.slice(0, 992), size: [32, 31, 1], affine: identityAffine } : map
    }
    const refused = await assess('groups', syntheticRun({ ...differs, override: { groupMap: odd } }), {
      permutations: 99
    })
    expect(headlineRow(refused, 'lesion').verdict.reason).toMatch(/no common space; give one/)
    const twice = {
      ...world.spec,
      cases: world.spec.cases.map((item, index) => (index === 12 ? { ...item, patient: 'p0' } : item))
    }
    const kept = await assess('groups', { ...world, spec: twice }, { permutations: 99 })
    expect(kept.groups![0]).toMatchObject({ first: { patients: 11 }, second: { patients: 11 } })
    expect(headlineRow(kept, 'lesion').notes.join()).toMatch(/1 patient with images in both groups left out/)
  })
})

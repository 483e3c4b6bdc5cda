import { describe, expect, test } from 'vitest'
import type { RegionMap, RunSpec } from '@engine/criteria/experiment-run'
import { compareGroups } from '@engine/criteria/region-test'
import { regions } from '@engine/criteria/regions'
import { parseCriterionParams } from '@engine/criteria/parameters'
import { gridRegions } from '@engine/handlers/region-sets'
import { quietJob } from '@engine/job'
import { painters, syntheticRun, type SyntheticOptions } from '../../support/synthetic-run'

/** Nine cells on the 32 × 32 of the synthetic world; lesions lie in the middle ones. */
const cells = (): RegionMap => gridRegions({ rows: 3, columns: 3 }, [32, 32], (_, fallback) => fallback)
const middle = ['row 2, column 2', 'row 2, column 3', 'row 3, column 2']

async function assess(
  options: SyntheticOptions,
  expectedRegions: RunSpec['expectedRegions'] = [{ label: 'lesion', regions: middle, code: 'RID38780' }],
  params: Record<string, unknown> = {}
) {
  const run = syntheticRun({ ...options, override: { regions: () => Promise.resolve(cells()) } })
  const withRegions = { ...run, spec: { ...run.spec, expectedRegions } }
  return regions.assess(withRegions, parseCriterionParams(regions, { draws: 200, ...params }) as never, quietJob())
}

describe('cells of a grid', () => {
  test('the last row and column take the remainder', () => {
    const { labels, names } = gridRegions({ rows: 2, columns: 3 }, [5, 8], (label, fallback) =>
      label === 6 ? 'base' : fallback
    )
    expect(names).toEqual([
      'row 1, column 1',
      'row 1, column 2',
      'row 1, column 3',
      'row 2, column 1',
      'row 2, column 2',
      'base'
    ])
    expect(Array.from(labels.subarray(0, 8))).toEqual([1, 1, 2, 2, 3, 3, 3, 3])
    expect(Array.from(labels.subarray(32))).toEqual([4, 4, 5, 5, 6, 6, 6, 6])
    expect(labels[16]).toBe(4)
  })

  test('more cells than pixels leave none over', () => {
    const { labels } = gridRegions({ rows: 4, columns: 4 }, [2, 2], (_, fallback) => fallback)
    expect(Array.from(labels)).toEqual([1, 2, 5, 6])
  })
})

describe('expected regions', () => {
  test('a map on the lesions passes, one on the token fails, noise is unclear', async () => {
    const { rows } = await assess({
      methods: { lesion: painters.lesion, token: painters.token, noise: painters.noise }
    })
    const state = (method: string): string =>
      rows.find((row) => row.method === method && row.metric === 'region-auc')!.verdict.state
    expect(state('lesion')).toBe('pass')
    expect(state('token')).toBe('fail')
    expect(state('noise')).toBe('inconclusive')
  })

  test('a name that no region has is called that, not a region the model does not see', async () => {
    const expecting = (...names: string[]): RunSpec['expectedRegions'] => [
      { label: 'lesion', regions: names, code: null }
    ]
    const typo = (await assess({}, expecting('Row 2, column 2', 'apex'))).rows.find((row) => row.headline)!
    const said = 'no region of these images is called “Row 2, column 2” and “apex”'
    expect(typo).toMatchObject({ value: null, excluded: [{ reason: said, n: 24 }] })
    const half = (await assess({}, expecting('apex', ...middle))).rows.find((row) => row.headline)!
    expect(half.value).not.toBeNull()
    expect(half.notes).toContain('No region of these images is called “apex”.')
  })

  test('the row names the expectation and its code, and carries a rank correlation', async () => {
    const { rows } = await assess({})
    const headline = rows.filter((row) => row.headline)
    expect(headline).toHaveLength(1)
    expect(headline[0].notes.join()).toMatch(/Expected for lesion \(RID38780\)/)
    expect(rows.find((row) => row.metric === 'region-rank-correlation')!.value!).toBeGreaterThan(0.3)
  })

  test('without expectations nothing is judged, and what is missing is named', async () => {
    const { rows } = await assess({}, [])
    const [row] = rows.filter((one) => one.headline)
    expect(row.verdict).toMatchObject({
      state: 'not-assessable',
      reason: expect.stringMatching(/states no expected regions/)
    })
  })

  test('too few patients are said', async () => {
    const { rows } = await assess({ patients: 4, negatives: 4 })
    expect(rows.find((row) => row.headline)!.verdict.reason).toMatch(/Only 4 patients/)
  })

  test('a flat map has neither area under the curve nor rank correlation, and says so', async () => {
    const { rows } = await assess({ methods: { flat: painters.flat } })
    const row = rows.find((one) => one.metric === 'region-rank-correlation')!
    expect(row.value).toBeNull()
    expect(row.excluded).toEqual([{ reason: 'the map is the same everywhere', n: 24 }])
    expect(rows.find((one) => one.headline)).toMatchObject({ value: null, excluded: row.excluded })
  })

  test('a map that is the same in all its regions has no 0.5 either', async () => {
    // Two ends of each cell differ, so the map is not flat, but no region is hotter than another.
    const stripes = (): Float32Array => Float32Array.from({ length: 32 * 32 }, (_, index) => index % 2)
    const override = {
      regions: () => Promise.resolve(gridRegions({ rows: 4, columns: 4 }, [32, 32], (_, fallback) => fallback))
    }
    const run = syntheticRun({ methods: { stripes }, override })
    const expectedRegions = [{ label: 'lesion', regions: ['row 2, column 2'], code: null }]
    const params = parseCriterionParams(regions, { draws: 200 }) as never
    const { rows } = await regions.assess({ ...run, spec: { ...run.spec, expectedRegions } }, params, quietJob())
    const row = rows.find((one) => one.headline)!
    expect(row).toMatchObject({
      value: null,
      excluded: [{ reason: 'the map is the same everywhere in its regions', n: 24 }]
    })
  })

  test('expecting every region is no expectation', async () => {
    const all = [{ label: 'lesion', regions: cells().names, code: null }]
    const { rows } = await assess({}, all)
    expect(rows.find((row) => row.headline)!.excluded).toEqual([{ reason: 'every region is expected', n: 24 }])
  })
})

describe('fitted regions', () => {
  test('are held beside the same regions as they were drawn, paired by image', async () => {
    // Drawn, the cells lie half the image off; fitted, where they belong.
    const off = (): RegionMap => {
      const map = cells()
      return { ...map, labels: map.labels.map((_, index, all) => all[(index + 16 * 33) % all.length]) }
    }
    const run = syntheticRun({
      override: { regions: (_model, _case, fitted) => Promise.resolve(fitted === false ? off() : cells()) }
    })
    const expectedRegions = [{ label: 'lesion', regions: middle, code: null }]
    const spec = { ...run.spec, expectedRegions, regionFit: 'landmarks, thin-plate spline' }
    const params = parseCriterionParams(regions, { draws: 200 }) as never
    const { rows } = await regions.assess({ ...run, spec }, params, quietJob())
    const headline = rows.filter((row) => row.headline)
    expect(headline).toHaveLength(1)
    const before = headline[0].references.find(({ id }) => id === 'before-fit')!
    expect(before.value!).toBeLessThan(0.5)
    expect(before.difference!.value!).toBeCloseTo(headline[0].value! - before.value!, 9)
    expect(before.difference!.ci95![0]).toBeGreaterThan(0)
    expect(headline[0].notes.join()).toMatch(/fitted to each image by landmarks, thin-plate spline/)
    expect(rows.filter((row) => row.criterion === 'regions.group-difference-before-fit')).toHaveLength(9)
  })

  test('without a fit there is no second set of rows', async () => {
    const { rows } = await assess({})
    expect(rows.some((row) => row.criterion.endsWith('-before-fit'))).toBe(false)
  })
})

describe('differences between groups', () => {
  /** Bright in the middle cell for cases with the finding only. */
  const grouped: SyntheticOptions = {
    patients: 20,
    negatives: 20,
    methods: {
      lesion: ({ item, model, weights, input, mask }) => {
        const map = painters.noise({ item, model, weights, input, mask })
        return item.label === null ? map : map.map((value, index) => value + (cells().labels[index] === 5 ? 1 : 0))
      }
    }
  }

  test('are found in the cell that differs, by patient, with adjusted p and effect sizes', async () => {
    const { rows } = await assess(grouped)
    const groups = rows.filter((row) => row.criterion === 'regions.group-difference')
    expect(groups).toHaveLength(9)
    const center = groups.find((row) => row.metric === 'region-mean-row-2-column-2')!
    expect(center.value!).toBeGreaterThan(0.1)
    expect(center.ci95![0]).toBeGreaterThan(0)
    const { p, pHolm } = center.references[0].difference!
    expect(p!).toBeLessThan(1e-6)
    expect(pHolm!).toBeCloseTo(9 * p!, 12)
    expect(center.notes.join(' ')).toMatch(/Cliff’s δ 1\.00/)
    expect(center.verdict.state).toBe('not-assessable')
    expect(center.verdict.reason).toMatch(/no verdict on the map/)
  })

  test('regions of one patient are compared by Friedman’s test', async () => {
    const { rows } = await assess(grouped)
    const between = rows.find((row) => row.criterion === 'regions.between')!
    expect(between.value!).toBeGreaterThan(0)
    expect(between.patients).toBe(40)
    expect(between.verdict.reason).toMatch(/Friedman χ²/)
  })

  test('more than two findings are compared by Kruskal and Wallis', async () => {
    const run = syntheticRun({ ...grouped, override: { regions: () => Promise.resolve(cells()) } })
    const cases = run.spec.cases.map((item, index) =>
      item.label === null ? item : { ...item, label: index % 2 === 0 ? 'lesion' : 'effusion' }
    )
    const params = parseCriterionParams(regions, { draws: 100 }) as never
    const { rows } = await regions.assess({ ...run, spec: { ...run.spec, cases } }, params, quietJob())
    const found = rows.filter((row) => row.criterion === 'regions.between-findings')
    expect(found).toHaveLength(9)
    expect(found[4].verdict.reason).toMatch(/between 3 findings: Kruskal–Wallis H/)
    // The 99th percentile of χ² with two degrees of freedom is 9.2.
    expect(found[4].value!).toBeGreaterThan(9.2)
  })

  test('the test and the adjustment can be stated, and stand in the rule', async () => {
    const { rows } = await assess(grouped, [], { test: 'welch', adjust: 'benjamini-hochberg', score: 'sum' })
    const center = rows.find((row) => row.metric === 'region-sum-row-2-column-2')!
    expect(center.verdict.reason).toMatch(/Welch t/)
    expect(center.verdict.rule).toMatch(/welch, sum in the region, p adjusted by benjamini-hochberg/)
  })
})

describe('the published decision', () => {
  const bell = [-1.5, -1, -0.7, -0.4, -0.2, 0, 0.2, 0.4, 0.7, 1, 1.5]

  test('takes Student’s t for two bells of one width', () => {
    expect(
      compareGroups(
        bell,
        bell.map((value) => value + 1),
        'published'
      ).test
    ).toBe('Student t')
  })

  test('takes Mann–Whitney when the widths differ, or one is skewed', () => {
    expect(
      compareGroups(
        bell,
        bell.map((value) => 5 * value),
        'published'
      ).test
    ).toBe('Mann–Whitney U')
    expect(
      compareGroups(
        bell,
        bell.map((value) => Math.exp(3 * value)),
        'published'
      ).test
    ).toBe('Mann–Whitney U')
  })
})

describe('a label on every case', () => {
  test('the two labels are compared with each other, by their names', async () => {
    const run = syntheticRun({ override: { regions: () => Promise.resolve(cells()) } })
    const cases = run.spec.cases.map((item) => ({ ...item, label: item.label === null ? 'CN' : 'AD' }))
    const { rows } = await regions.assess(
      { ...run, spec: { ...run.spec, cases, expectedRegions: [] } },
      parseCriterionParams(regions, { draws: 200 }) as never,
      quietJob()
    )
    const apart = await assess({})
    const differences = rows.filter((row) => row.criterion === 'regions.group-difference')
    expect(differences).toHaveLength(9)
    for (const row of differences) {
      const other = apart.rows.find((one) => one.metric === row.metric && one.criterion === 'regions.group-difference')!
      expect([row.value, row.references[0].title]).toEqual([other.value, 'cases in CN'])
      expect(row.verdict.reason).toMatch(/ scores \S+ in AD and \S+ in CN \(/u)
    }
  })
})

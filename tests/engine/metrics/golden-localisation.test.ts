import { describe, expect, test } from 'vitest'
import { diceCurve } from '@engine/metrics/max-dice'
import type { MetricInputs } from '@engine/metrics/metric'
import { rankPixels } from '@engine/metrics/ranking'
import { readGoldenJson, readGoldenMask, type LocalisationEntry } from '../../support/golden-array'
import { compute, expectAgreement, golden, mapNamed, present, value } from '../../support/golden-metric'

describe.skipIf(!present)('golden metrics', () => {
  describe('localisation', () => {
    for (const entry of present ? golden.localisation.entries : []) {
      test(`${entry.map} against ${entry.mask}`, () => expectLocalisation(entry))
    }
  })
})

describe.skipIf(!present)('golden metrics of mednet', () => {
  const mednet = present
    ? (readGoldenJson('mednet.json') as unknown as Record<'entries' | 'boxes_entries', LocalisationEntry[]>)
    : null!

  test('energy and focus with masks', () => {
    for (const entry of mednet.entries) expectMednet(entry, entryInputs(entry))
  })

  test('energy and focus with boxes, far edge exclusive, clipped, counted once', () => {
    for (const entry of mednet.boxes_entries) {
      const { map, shape } = mapNamed(entry.map)
      const mask = new Uint8Array(map.length)
      for (const [x0, y0, x1, y1] of entry.boxes_xyxy as number[][]) {
        for (let y = y0; y < Math.min(y1, shape[0]); y++)
          mask.fill(1, y * shape[1] + x0, y * shape[1] + Math.min(x1, shape[1]))
      }
      expect(mask.reduce((sum, inside) => sum + inside, 0)).toBe(entry.mask_pixels)
      expectMednet(entry, { map, shape, mask })
    }
  })
})

function entryInputs(entry: LocalisationEntry): MetricInputs {
  return { ...mapNamed(entry.map), mask: readGoldenMask(golden.masks[entry.mask]) }
}

function expectLocalisation(entry: LocalisationEntry): void {
  const inputs = entryInputs(entry)
  const number = (name: string): number => entry[name] as number
  expect(value('average-precision', inputs)).toBeCloseTo(number('average_precision'), 12)
  expect(value('auprc-trapezoid', inputs)).toBeCloseTo(number('auprc_trapezoid'), 12)
  expect(value('roc-auc', inputs)).toBeCloseTo(number('roc_auc'), 12)
  expect(value('prevalence', inputs)).toBe(number('prevalence'))
  expect(value('relevance-rank', inputs)).toBeCloseTo(number('relevance_rank_accuracy'), 12)
  expect(value('relevance-mass', inputs)).toBeCloseTo(number('relevance_mass_accuracy_positive'), 6)
  expect(value('soft-dice', inputs)).toBeCloseTo(number('soft_dice_qtim'), 6)

  const pointing = entry.pointing_game as Record<string, boolean>
  expect(value('pointing-game', inputs)).toBe(Number(pointing.hit))
  expect(value('pointing-game', inputs, { tolerance: 15 })).toBe(Number(pointing.hit_tolerance15))
  expect(value('pointing-game', inputs, { ties: 'any' })).toBe(Number(pointing.hit_any_of_tied_maxima))

  const half = entry.at_half_max as Record<string, number>
  const cut = { selection: 'fraction-of-max', fraction: 0.5 }
  const dice = compute('dice', inputs, cut)
  expect(dice.value).toBeCloseTo(half.dice, 12)
  expect(dice).toMatchObject({ detail: { pixels: half.pixels } })
  expect(value('iou', inputs, cut)).toBeCloseTo(half.iou, 12)
  expectDiceCurves(entry, inputs)
}

function expectDiceCurves(entry: LocalisationEntry, inputs: MetricInputs): void {
  const names = { percentile: 'percentile', 'top-k': 'topk', 'fraction-of-max': 'fraction_of_max' } as const
  const ranking = rankPixels(inputs.map, inputs.mask!)
  for (const [selection, name] of Object.entries(names)) {
    const best = entry[`max_dice_${name}`] as { value: number; percent: number }
    const found = compute('max-dice', inputs, { selection, first: 1 })
    expect(found.value).toBeCloseTo(best.value, 12)
    expect(found).toMatchObject({ detail: { percent: best.percent } })
    const curve = diceCurve(inputs, ranking, selection as keyof typeof names).slice(1)
    // Stored for the first entry only.
    const expected = (entry.dice_curves as Record<string, number[]> | undefined)?.[name]
    if (expected === undefined) continue
    expect(Math.max(...curve.map((dice, index) => Math.abs(dice - expected[index])))).toBeLessThan(1e-12)
  }
}

function expectMednet(entry: LocalisationEntry, inputs: MetricInputs): void {
  expectAgreement(value('proportional-energy', inputs), entry.proportional_energy, 1e-5)
  expectAgreement(value('average-saliency-focus', inputs), entry.average_saliency_focus, 1e-5)
}

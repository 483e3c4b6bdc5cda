import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openModel } from '@engine/graph/open'
import { makeExplainable, type ExplainableModel } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { probabilitiesOf } from '@engine/handlers/predict'
import { quietJob } from '@engine/job'
import { imputeLinear } from '@engine/metrics/perturbation/linear-imputation'
import { withReplaced } from '@engine/metrics/perturbation/perturbed-input'
import {
  removalOrder,
  removeFromPercentile,
  removeShare,
  type RemovalOrder
} from '@engine/metrics/perturbation/removal-order'
import { trapezoid } from '@engine/metrics/perturbation/trapezoid'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Tensor } from '@engine/tensor/tensor'
import { readGoldenNpy, sharedFolder } from '../../support/golden'
import { golden, present } from '../../support/golden-metric'
import { testHost } from '../../support/inference'

/** ((7i + 13j) mod 31) / 30 on 16 × 16, as the shared definitions have it. */
const image16 = Float32Array.from(
  { length: 256 },
  (_, index) => ((7 * Math.floor(index / 16) + 13 * (index % 16)) % 31) / 30
)
const removedWhere = (test: (row: number, column: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, index) => Number(test(Math.floor(index / 16), index % 16)))
const plane16 = { columns: 16, rows: 16 }
const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

const meanWhere = (values: Float32Array, removed: Uint8Array): number =>
  mean(values.filter((_, index) => removed[index] !== 0))

describe('imputation', () => {
  test('has the values of the shared definitions', () => {
    const round = removedWhere((i, j) => (i - 8) ** 2 + (j - 8) ** 2 <= 16)
    const disc = imputeLinear(image16, round, plane16)
    expect(disc[8 * 16 + 8]).toBeCloseTo(0.478216, 6)
    expect(disc[5 * 16 + 7]).toBeCloseTo(0.545102, 6)
    expect(meanWhere(disc, round)).toBeCloseTo(0.475715, 6)
    const upperLeft = removedWhere((i, j) => i <= 3 && j <= 4)
    const corner = imputeLinear(image16, upperLeft, plane16)
    expect(corner[0]).toBeCloseTo(0.503128, 6)
    expect(meanWhere(corner, upperLeft)).toBeCloseTo(0.485292, 6)
  })

  test('keeps what is known, and reproduces a slope', () => {
    const slope = Float32Array.from({ length: 256 }, (_, index) => 0.1 * (index % 16) + 0.2 * Math.floor(index / 16))
    const missing = removedWhere((i, j) => i > 2 && i < 12 && j > 4 && j < 13)
    const filled = imputeLinear(slope, missing, plane16)
    filled.forEach((value, index) => expect(value).toBeCloseTo(slope[index], 5))
  })

  test('a plane with nothing known takes the fallback, one with nothing missing stays', () => {
    expect(imputeLinear(image16, new Uint8Array(256).fill(1), plane16, 0.25).every((value) => value === 0.25)).toBe(
      true
    )
    expect(imputeLinear(image16, new Uint8Array(256), plane16)).toEqual(image16)
  })
})

describe('the order of removal', () => {
  test('removes an exact count, also from a map of zeros', () => {
    const sparse = new Float32Array(1000)
    sparse[7] = 1
    const order = removalOrder(sparse, 'most-first', 3)
    expect(order[0]).toBe(7)
    expect(removeShare(order, 0.2).reduce((sum, flag) => sum + flag, 0)).toBe(200)
    // Ties are drawn, so the 199 others lie anywhere.
    expect(order.slice(1, 200).some((place) => place > 800)).toBe(true)
    expect(removalOrder(sparse, 'most-first', 3)).toEqual(order)
    expect(removalOrder(sparse, 'most-first', null).slice(0, 3)).toEqual(Uint32Array.of(7, 0, 1))
  })
})

let host: InferenceHost
let model: ExplainableModel
const shared = sharedFolder()!
const folder = join(shared ?? '', 'golden', 'resnet2d')
const at = (name: string): Tensor => readGoldenNpy(join(shared, 'golden', 'metrics', name))
const job = quietJob()
let input: Tensor

beforeAll(async () => {
  if (!present) return
  host = testHost()
  const { input: range } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as {
    input: { black: number[]; white: number[] }
  }
  const probed = await probeOnHost(openModel(join(folder, 'model.onnx')), host, { threads: 2 }, job)
  model = await makeExplainable(probed, host, { ...range, threads: 2 })
  input = readGoldenNpy(join(folder, 'input.npy'))
})
afterAll(() => {
  if (!present) return
  model.close()
  host.dispose()
})

async function logitsOf(images: readonly Tensor[]): Promise<number[][]> {
  const rows: number[][] = []
  for (const image of images) rows.push([...(await model.predict(image, 'logit', job)).data])
  return rows
}

/** The peer's own steps: everything at or above the percentile, noise of the stored draws. */
function peerImage(map: Float32Array, order: RemovalOrder, percentile: number, noise: Tensor | null): Tensor {
  const missing = removeFromPercentile(map, order, percentile)
  const image = withReplaced(input, missing, 'road')
  if (noise === null) return image
  const pixels = missing.length
  for (let channel = 0; channel < 3; channel++) {
    let drawn = 0
    for (let index = 0; index < pixels; index++) {
      if (missing[index] !== 0) image.data[channel * pixels + index] += 0.01 * noise.data[channel * pixels + drawn++]
    }
  }
  return image
}

describe.skipIf(!present)('golden ROAD of resnet2d', () => {
  test.each(
    ['morf', 'lerf'].flatMap((order) => [20, 50, 90].flatMap((p) => [0, 1].map((noise) => [order, p, noise] as const)))
  )('imputed image, %s at %i, noise %i', (order, percentile, noise) => {
    const expected = at(`road_imputed_${order}_${percentile}_noise${noise}.npy`)
    const found = peerImage(
      at('road_cam.npy').data,
      order === 'morf' ? 'most-first' : 'least-first',
      percentile,
      noise === 0 ? null : at('road_noise.npy')
    )
    let worst = 0
    found.data.forEach((value, index) => (worst = Math.max(worst, Math.abs(value - expected.data[index]))))
    expect(worst).toBeLessThan(1e-6)
  })

  test.each(['road_cam', 'road_grad'].flatMap((map) => [0, 1].map((noise) => [map, noise] as const)))(
    'ROAD of %s, noise %i: logit, softmax, sigmoid',
    async (map, noise) => {
      const { percentiles, maps, target } = golden.road
      const values = at(`${map}.npy`).data
      const draws = noise === 0 ? null : at('road_noise.npy')
      const [before] = await logitsOf([input])
      const scores = {
        logit: (logits: number[]) => logits[target],
        softmax: (logits: number[]) => probabilitiesOf(logits, { activation: 'softmax' })[target]!,
        sigmoid_mednet: (logits: number[]) => 1 / (1 + Math.exp(-logits[target]))
      }
      for (const order of ['most-first', 'least-first'] as const) {
        const after = await logitsOf(percentiles.map((percentile) => peerImage(values, order, percentile, draws)))
        for (const [name, score] of Object.entries(scores)) {
          const expected = maps[map][`${name}_noise${noise}`]
          const list = order === 'most-first' ? expected.morf : expected.lerf
          const drops = after.map((logits) => score(logits) - score(before))
          drops.forEach((drop, index) => expect(Math.abs(drop - list[index])).toBeLessThan(5e-6))
          const average = drops.reduce((sum, drop) => sum + drop, 0) / drops.length
          expect(average).toBeCloseTo(order === 'most-first' ? expected.morf_mean : expected.lerf_mean, 5)
          expect(expected.combined).toBeCloseTo((expected.lerf_mean - expected.morf_mean) / 2, 8)
        }
      }
    },
    60_000
  )
})

describe.skipIf(!present)('golden removal of resnet2d', () => {
  test('deletion and insertion', async () => {
    const {
      target,
      step_pixels: step,
      deletion_black: black,
      insertion_blur: blur,
      deletion_mean: average
    } = golden.deletion_insertion
    const order = removalOrder(at('road_cam.npy').data, 'most-first', null)
    const steps = order.length / step
    const probability = async (images: readonly Tensor[]): Promise<number[]> =>
      (await logitsOf(images)).map((logits) => probabilitiesOf(logits, { activation: 'softmax' })[target]!)
    const shares = Array.from({ length: steps + 1 }, (_, index) => index / steps)
    const pixels = order.length
    const deleted = (value: (channel: number) => number): Tensor[] =>
      shares.map((share) => {
        const removed = removeShare(order, share)
        return {
          ...input,
          data: input.data.map((old, index) => (removed[index % pixels] ? value(Math.floor(index / pixels)) : old))
        }
      })
    const { black: darkest } = (
      JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as { input: { black: number[] } }
    ).input
    const means = [0, 1, 2].map((channel) => mean(input.data.subarray(channel * pixels, (channel + 1) * pixels)))
    const inserted = shares.map((share) => {
      // What is not yet inserted is still blurred.
      const hidden = removeShare(order, share).map((flag) => 1 - flag)
      return withReplaced(input, hidden, 'blur')
    })
    const check = (found: number[], expected: { curve: number[]; auc: number }): void => {
      found.forEach((value, index) => expect(Math.abs(value - expected.curve[index])).toBeLessThan(5e-6))
      expect(trapezoid(shares, found)).toBeCloseTo(expected.auc, 5)
    }
    check(await probability(deleted((channel) => darkest[channel] ?? darkest[0])), black)
    check(await probability(deleted((channel) => means[channel])), average)
    check(await probability(inserted), blur)
  }, 60_000)

  test('building blocks of fidelity', async () => {
    const { y, entries, derived } = golden.fidelity
    const map = at('road_cam.npy').data
    const pixels = map.length
    const order = removalOrder(map, 'most-first', null)
    const weighted = (weight: (place: number) => number): Tensor => ({
      ...input,
      data: input.data.map((value, index) => value * weight(index % pixels))
    })
    const kept = (share: number, keep: boolean): Tensor => {
      const top = removeShare(order, share)
      const gone = top.map((flag) => (keep ? 1 - flag : flag))
      const { black } = (JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as { input: { black: number[] } })
        .input
      return {
        ...input,
        data: input.data.map((value, index) =>
          gone[index % pixels] ? (black[Math.floor(index / pixels)] ?? black[0]) : value
        )
      }
    }
    const images = {
      keep_soft: weighted((place) => map[place]),
      remove_soft: weighted((place) => 1 - map[place]),
      ...Object.fromEntries(
        [5, 10, 20, 50].flatMap((percent) => [
          [`keep_top${percent}`, kept(percent / 100, true)],
          [`remove_top${percent}`, kept(percent / 100, false)]
        ])
      )
    }
    const target = golden.road.target
    const [before, ...after] = (await logitsOf([input, ...Object.values(images)])).map(
      (logits) => probabilitiesOf(logits, { activation: 'softmax' })[target]!
    )
    expect(before).toBeCloseTo(y, 5)
    Object.keys(images).forEach((name, index) => expect(Math.abs(after[index] - entries[name])).toBeLessThan(5e-6))
    expect(after[0] - before).toBeCloseTo(derived.fidelity_minus_soft, 5)
    expect(before - after[1]).toBeCloseTo(derived.fidelity_plus_soft, 5)
    expect((100 * Math.max(0, before - after[0])) / before).toBeCloseTo(derived.average_drop_percent, 3)
  }, 60_000)
})

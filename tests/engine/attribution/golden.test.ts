import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Attribution } from '@engine/attribution/method'
import { parseExpression } from '@engine/attribution/expression'
import { runExpression } from '@engine/attribution/run-expression'
import { oneHot } from '@engine/attribution/target'
import { openModel } from '@engine/graph/open'
import { type ExplainableModel, makeExplainable } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { quietJob } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Tensor } from '@engine/tensor/tensor'
import { readGoldenNpy, sharedFolder } from '../../support/golden'
import { testHost } from '../../support/inference'
import { exceptionOf, exceptions, pending } from './golden-exceptions'
import {
  agreement,
  type GoldenCase,
  type GoldenMethod,
  type GoldenRecipe,
  goldenRecipe,
  goldenTokens
} from './golden-plan'

const shared = sharedFolder()
const job = quietJob()

const folderOf = (id: string): string => join(shared ?? '', 'golden', id)
const caseOf = (id: string): GoldenCase =>
  JSON.parse(readFileSync(join(folderOf(id), 'case.json'), 'utf8')) as GoldenCase
const networks =
  shared === null ? [] : readdirSync(join(shared, 'golden')).filter((id) => existsSync(join(folderOf(id), 'case.json')))
const isPending = (stored: string): boolean => pending.some((start) => stored.startsWith(start))
const hasTwin = (place: string): boolean => exceptionOf(place)?.how === 'twin'

async function open(host: InferenceHost, id: string, file: string): Promise<ExplainableModel> {
  const { input, models } = caseOf(id)
  const probed = await probeOnHost(openModel(join(folderOf(id), file)), host, { threads: 2 }, job)
  const tensor = models.find((model) => model.file === file)?.tensors.cam.tensor ?? ''
  const layers = [{ tensor, title: 'the case’s layer' }]
  return makeExplainable(probed, host, { black: input.black, white: input.white, layers, threads: 2 })
}

/** Our maps have a channel axis, `[N, 1, ...]`; some peers leave it out. */
function inShapeOf(reference: Tensor, found: Tensor): readonly number[] {
  const { shape } = found
  return shape.length === reference.shape.length + 1 && shape[1] === 1 ? [shape[0], ...shape.slice(2)] : shape
}

/** Where no correlation is stated the peer's own float32 run says what can be asked of another float32 run. */
function correlationAsked({ tolerance, peer_float32_vs_float64: peer }: GoldenMethod): number {
  return tolerance.pearson_min ?? (peer.pearson ?? 1) - 0.05
}

/** One of the found arrays agrees in the tolerance of the stored result. */
function expectAgreement(place: string, method: GoldenMethod, found: readonly Tensor[], reference: Tensor): void {
  const { max_abs_over_max } = method.tolerance
  const leastCorrelation = correlationAsked(method)
  const how = exceptionOf(place)?.how ?? 'value'
  expect(found).toHaveLength(how === 'up to sign' ? 2 : 1)
  for (const one of found) expect(inShapeOf(reference, one)).toEqual(reference.shape)
  const [best] = found.map(({ data }) => agreement(data, reference.data)).sort((a, b) => a.relative - b.relative)
  if (how !== 'correlation') expect(best.relative).toBeLessThanOrEqual(max_abs_over_max)
  // A row of one score, or a map that is the same everywhere, has no correlation: its values alone are compared.
  if (best.pearson === null) expect(new Set(reference.data).size).toBe(1)
  else expect(best.pearson).toBeGreaterThanOrEqual(leastCorrelation)
}

describe.skipIf(shared === null)('golden attribution vectors', () => {
  const host = testHost()
  const compared: string[] = []
  afterAll(() => host.dispose())

  for (const id of networks) {
    const golden = caseOf(id)
    describe.each(golden.models.map(({ file }) => file))(`${id}/%s`, (file) => {
      let model: ExplainableModel
      const made = new Map<string, Promise<Attribution>>()
      const start = oneHot(golden.target, golden.n_outputs)
      beforeAll(async () => {
        model = await open(host, id, file)
      })
      afterAll(() => model.close())

      /** Several stored results come out of one run (the layer map, its positive part, the enlarged map). */
      const attribution = ({ expression, params, of }: GoldenRecipe): Promise<Attribution> => {
        const key = JSON.stringify([expression, params, of])
        const known = made.get(key)
        if (known !== undefined) return known
        const input = readGoldenNpy(join(folderOf(id), golden.input.file))
        const loadTensor = (path: string) => Promise.resolve(readGoldenNpy(path))
        const running = runExpression(
          { model, input, start, of, seed: 1, job, loadTensor },
          parseExpression(expression),
          params
        )
        made.set(key, running)
        return running
      }

      const entries = Object.entries(golden.methods).filter(
        ([stored]) => stored !== 'logits' && !isPending(stored) && !hasTwin(`${id}/${file}/${stored}`)
      )
      it.each(entries)('%s', async (stored, method) => {
        const recipe = goldenRecipe(stored, method, folderOf(id))
        if (recipe === null) throw new Error(`Nothing is known of the stored result ${stored}.`)
        const picked = recipe.pick(await attribution(recipe)) ?? []
        const reference = readGoldenNpy(join(folderOf(id), method.file))
        expectAgreement(`${id}/${file}/${stored}`, method, 'data' in picked ? [picked] : picked, reference)
        compared.push(`${id}/${file}/${stored}`)
      })

      it('how the layer lies on the image is read from the graph', () => {
        expect(model.layers[0].tokens).toEqual(goldenTokens(golden.cam_layer))
      })

      it('logits', async () => {
        const method = golden.methods.logits
        const found = await model.predict(readGoldenNpy(join(folderOf(id), golden.input.file)), 'logit', job)
        expectAgreement(`${id}/${file}/logits`, method, [found], readGoldenNpy(join(folderOf(id), method.file)))
        compared.push(`${id}/${file}/logits`)
      })

      it('logits and gradients of a batch of three', async () => {
        const batch = readGoldenNpy(join(folderOf(id), 'batch_input.npy'))
        const logits = readGoldenNpy(join(folderOf(id), 'batch_logits.npy'))
        const gradient = readGoldenNpy(join(folderOf(id), 'batch_gradient.npy'))
        const result = await model.backward(
          { input: batch, start, composite: 'gradient', of: 'logit', wrt: ['input'] },
          job
        )
        const predicted = await model.predict(batch, 'logit', job)
        const tolerance = golden.methods.gradient.tolerance.max_abs_over_max
        expect(agreement(result.scores.data, logits.data).relative).toBeLessThan(1e-3)
        expect(agreement(predicted.data, logits.data).relative).toBeLessThan(1e-3)
        expect(
          agreement(result.gradients.get('input')?.data ?? new Float32Array(), gradient.data).relative
        ).toBeLessThan(tolerance)
        compared.push(`${id}/${file}/batch_gradient`)
      })
    })
  }

  it('compared every stored result of all networks and exports', () => {
    expect(networks).toHaveLength(14)
    const perFile = networks.flatMap((id) => caseOf(id).models.map(({ file }) => ({ id, file })))
    const stored = perFile.flatMap(({ id, file }) =>
      Object.keys(caseOf(id).methods).map((name) => ({ name, place: `${id}/${file}/${name}` }))
    )
    expect(perFile).toHaveLength(27)
    expect(stored).toHaveLength(1305)
    const left = stored.filter(({ name }) => isPending(name))
    const twins = stored.filter(({ name, place }) => !isPending(name) && hasTwin(place))
    const held = stored.filter(({ name, place }) => !isPending(name) && !hasTwin(place))
    const batches = perFile.map(({ id, file }) => `${id}/${file}/batch_gradient`)
    expect([...compared].sort()).toEqual([...held.map(({ place }) => place), ...batches].sort())
    expect(held.length + twins.length + left.length).toBe(stored.length)
    for (const start of pending) expect(left.some(({ name }) => name.startsWith(start))).toBe(true)
    for (const { where, how, twin } of exceptions) {
      expect(stored.some(({ place }) => where.test(place))).toBe(true)
      if (how === 'twin' || twin !== undefined) expect(existsSync(new URL(twin ?? 'none', import.meta.url))).toBe(true)
    }
    const excepted = held.filter(({ place }) => exceptionOf(place) !== undefined)
    process.stdout.write(
      `golden: ${stored.length} stored results: ${held.length} compared (${excepted.length} of them up to sign or by correlation), ${twins.length} by a float64 twin, ${left.length} pending\n`
    )
  })
})

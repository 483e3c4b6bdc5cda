import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseExpression } from '@engine/attribution/expression'
import { runExpression } from '@engine/attribution/run-expression'
import type { Job } from '@engine/job'
import type { Provider } from '@engine/runtime/messages'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { SpawnInference } from '@engine/runtime/inference-channel'
import { elementCount } from '@engine/tensor/tensor'
import type { CheckRow } from '@shared/installation'
import { ModelShelf } from '../model-shelf'
import { checkRow, largestDifference } from './check-row'
import { convolutionPhantom, linearPhantom, type Phantom } from './phantom-model'

interface Surroundings {
  readonly spawn: SpawnInference
  readonly job: Job
  readonly provider: Provider
}

/** float32 sums of some two dozen terms. */
const allowed = 1e-4

/** Scores and maps of networks whose answers are known, computed on one provider. */
export async function checkKnownMaps({ spawn, job, provider }: Surroundings): Promise<CheckRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-check-'))
  const host = new InferenceHost({ spawn })
  const rows: CheckRow[] = []
  try {
    for (const [index, phantom] of [linearPhantom(), convolutionPhantom()].entries()) {
      const path = join(folder, `phantom-${index}.onnx`)
      writeFileSync(path, phantom.onnx)
      rows.push(...(await checkPhantom(path, phantom, { host, job, provider })))
    }
  } finally {
    host.dispose()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return rows
}

async function checkPhantom(
  path: string,
  phantom: Phantom,
  { host, job, provider }: { host: InferenceHost; job: Job; provider: Provider }
): Promise<CheckRow[]> {
  const models = new ModelShelf(host, 1, { provider })
  const { name, input, shape, gradient, scores } = phantom
  const image = { data: input, shape: [...shape] }
  const open = async () => {
    const [{ modelId }] = [await models.open(path, job)]
    return models.require(modelId).explainable(job)
  }
  const mapOf = async (expression: string, params: Record<string, number | string> = {}): Promise<Float32Array> => {
    const start = { data: Float32Array.from([1, 0]), shape: [1, 2] }
    const context = { model: await open(), input: image, start, of: 'logit' as const, seed: 1, job }
    return (await runExpression(context, parseExpression(expression), params)).map.data
  }
  const row = (what: string, expected: string, values: () => Promise<ArrayLike<number>>, known: ArrayLike<number>) =>
    checkRow({
      group: 'maps',
      what: `${what}, ${name}, ${provider}`,
      expected,
      measure: async () => {
        const off = largestDifference(await values(), known)
        return { found: `differs by ${off.toExponential(1)}`, off, allowed }
      }
    })
  const product = input.map((value, index) => value * gradient[index])
  return [
    await row(
      'scores',
      scores.map((score) => score.toFixed(3)).join(' and '),
      async () => (await (await open()).predict(image, 'logit', job)).data,
      scores
    ),
    await row('gradient', 'the known derivative', () => mapOf('gradient'), gradient),
    await row('input × gradient', 'pixel times derivative', () => mapOf('input-x-gradient'), product),
    await row(
      'integrated gradients from zero',
      'pixel times derivative',
      () => mapOf('integrated-gradients', { 'integrated-gradients.baseline': 0, 'integrated-gradients.steps': 8 }),
      product
    ),
    await row('number of values', String(elementCount(shape)), async () => [(await mapOf('gradient')).length], [
      input.length
    ])
  ]
}

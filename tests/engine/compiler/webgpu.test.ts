import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import { runExpression } from '@engine/attribution/run-expression'
import { oneHot } from '@engine/attribution/target'
import { openModel } from '@engine/graph/open'
import { type ExplainableModel, makeExplainable } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { quietJob } from '@engine/job'
import type { Tensor } from '@engine/tensor/tensor'
import { readGoldenNpy, sharedFolder } from '../../support/golden'
import { spawnFromSourceWith, testHost } from '../../support/inference'
import { softwareVulkan } from '../../support/software-vulkan'
import { agreement, goldenRecipe, type GoldenCase, type GoldenRecipe } from '../attribution/golden-plan'

/**
 * A provider that is not the CPU, proved without a graphics processor: the formulations of the WebGPU profile on ONNX Runtime's
 * own WebGPU kernels, over Vulkan in software. Nearly all of the time is the compiling of shaders in software, so every export and
 * guided backpropagation are for the nightly run; all networks are in every run.
 */
const shared = sharedFolder()
const golden = shared === null ? '' : join(shared, 'golden')
const nightly = process.env.SALISCOPE_NIGHTLY !== undefined
const cases = (shared === null ? [] : readdirSync(golden))
  .map((id) => join(golden, id, 'case.json'))
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')) as GoldenCase)
  .filter(({ models }) => models !== undefined)
const exported = cases.flatMap((found) =>
  found.models.slice(0, nightly ? undefined : 1).map(({ file }) => [found.id, file, found] as const)
)
const methods = ['gradient', 'gradcam_raw', ...(nightly ? ['guided_backprop'] : [])]
const job = quietJob()

describe.skipIf(shared === null)('WebGPU on software Vulkan', () => {
  const host = testHost({ spawn: spawnFromSourceWith(softwareVulkan()) })
  afterAll(() => host.dispose())

  async function open({ id, input, models }: GoldenCase, file: string): Promise<ExplainableModel> {
    const probed = await probeOnHost(openModel(join(golden, id, file)), host, { threads: 2 }, job)
    const cam = models.find((model) => model.file === file)?.tensors.cam.tensor ?? ''
    const layers = [{ tensor: cam, title: 'the case’s layer' }]
    const { black, white } = input
    return makeExplainable(probed, host, { black, white, layers, threads: 2, provider: 'webgpu' })
  }

  async function compute(
    model: ExplainableModel,
    found: GoldenCase,
    recipe: GoldenRecipe
  ): Promise<Tensor | undefined> {
    const input = readGoldenNpy(join(golden, found.id, found.input.file))
    const start = oneHot(found.target, found.n_outputs)
    const loadTensor = (path: string): Promise<Tensor> => Promise.resolve(readGoldenNpy(path))
    const context = { model, input, start, of: recipe.of, seed: 1, job, loadTensor }
    const picked = recipe.pick(await runExpression(context, parseExpression(recipe.expression), recipe.params))
    return picked !== undefined && 'data' in picked ? picked : undefined
  }

  it('is tried on all golden networks', () => {
    expect(new Set(exported.map(([id]) => id)).size).toBe(14)
  })

  it.each(exported)(
    '%s/%s gives what the stored vectors and the CPU give',
    { timeout: 600_000 },
    async (id, file, found) => {
      const model = await open(found, file)
      expect(model.provider).toMatchObject({ requested: 'webgpu', used: 'webgpu', reason: null })
      let compared = 0
      for (const stored of methods) {
        const method = found.methods[stored]
        const recipe = method === undefined ? null : goldenRecipe(stored, method, join(golden, id))
        if (recipe === null) continue
        const reference = readGoldenNpy(join(golden, id, method.file))
        const map = await compute(model, found, recipe)
        const { relative } = agreement(map?.data ?? new Float32Array(), reference.data)
        expect(relative, stored).toBeLessThanOrEqual(method.tolerance.max_abs_over_max)
        compared += 1
      }
      // The gradient of every network, and Grad-CAM wherever the golden set holds one.
      expect(compared).toBe(methods.filter((stored) => found.methods[stored] !== undefined).length)
      expect(compared).toBeGreaterThanOrEqual(1)
      // Still there after the maps: nothing fell back on the way, and every variant was the CPU's within rounding.
      expect(model.provider).toMatchObject({ used: 'webgpu', reason: null })
      expect(model.provider.difference).toBeLessThan(1e-4)
      model.close()
    }
  )
})

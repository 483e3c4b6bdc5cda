import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileBackward } from '@engine/compiler/compile'
import { openModel } from '@engine/graph/open'
import { probeModel } from '@engine/graph/probe'
import { readGoldenNpy, sharedFolder } from '../../support/golden'
import { float32, openSession, runModel, runSession } from '../../support/gradcheck-ort'
import { twinPlan } from '../../support/relevance-shares'
import { RelevanceTwin } from '../../support/relevance-twin'
import { exceptionOf } from './golden-exceptions'
import { agreement, type GoldenCase } from './golden-plan'

const shared = sharedFolder()
const isNightly = process.env.SALISCOPE_NIGHTLY !== undefined

interface Case extends GoldenCase {
  readonly models: readonly {
    readonly file: string
    readonly tensors: GoldenCase['models'][number]['tensors'] & { logits: { tensor: string } }
  }[]
}

const folderOf = (id: string): string => join(shared ?? '', 'golden', id)
const caseOf = (id: string): Case => JSON.parse(readFileSync(join(folderOf(id), 'case.json'), 'utf8')) as Case
const ofRelevance = (id: string): string[] =>
  Object.keys(caseOf(id).methods).filter((stored) => stored.startsWith('lrp_'))

/** The twin of the export that keeps its normalizations; `keepsEpsilon` as zennit leaves them after merging. */
function twinOf(id: string, keepsEpsilon: boolean): RelevanceTwin {
  const { data, shape } = readGoldenNpy(join(folderOf(id), 'input.npy'))
  const model = openModel(join(folderOf(id), 'model.onnx'))
  return new RelevanceTwin(model, { dims: shape, data: Float64Array.from(data) }, keepsEpsilon)
}

function twinMap(twin: RelevanceTwin, id: string, stored: string): Float32Array {
  const { input, models, target } = caseOf(id)
  const plan = twinPlan(stored, input.black, input.white)
  return Float32Array.from(twin.relevance(models[0].tensors.logits.tensor, target, plan))
}

/** Our map of an export, normalizations before a convolution passed as in the golden set. */
async function ourMap(id: string, file: string, stored: string): Promise<Float32Array> {
  const { input, models, target, n_outputs: outputs } = caseOf(id)
  const model = await probeModel(openModel(join(folderOf(id), file)), runModel)
  const epsilon = /^lrp_epsilon_([\d.e-]+)$/.exec(stored)?.[1]
  const compiled = compileBackward({
    model,
    of: models.find((one) => one.file === file)!.tensors.logits.tensor,
    wrt: [model.inputs[0].name],
    composite: {
      id: (epsilon === undefined ? stored.replaceAll('_', '-') : 'lrp-epsilon') as 'lrp-epsilon',
      epsilon: Number(epsilon ?? 1e-6),
      low: input.black,
      high: input.white,
      batchnorm: 'pass'
    },
    target: 'cpu'
  })
  const x = readGoldenNpy(join(folderOf(id), 'input.npy'))
  const start = Float32Array.from({ length: outputs }, (_, index) => (index === target ? 1 : 0))
  const session = await openSession(compiled.source)
  const map = compiled.outputs.gradients[model.inputs[0].name]
  const feeds = {
    [model.inputs[0].name]: float32(x.data, x.shape),
    [compiled.startInput]: float32(start, [1, outputs])
  }
  const found = await runSession(session, feeds, [map])
  await session.release()
  return found[map].data as Float32Array
}

/** Exports whose normalizations were merged by the exporter: zennit's maps of them carry an ε the file does not state. */
const exceptions = ['inception2d', 'densenet2d'].flatMap((id) =>
  shared === null
    ? []
    : ofRelevance(id)
        .filter((stored) => exceptionOf(`${id}/model_folded.onnx/${stored}`) !== undefined)
        .map((stored) => ({ id, stored }))
)
/** The network on which the gap to zennit was found, by the two stabilisers. */
const settled = ['lrp_epsilon_1e-6', 'lrp_epsilon_0.1', 'lrp_epsilon_plus'].map((stored) => ({
  id: 'resnet2d',
  stored
}))
const sliced = exceptions.filter(({ id, stored }) => id === 'densenet2d' || /epsilon_1e-6/.test(stored))

describe.skipIf(shared === null)('relevance, connection by connection in float64', () => {
  it.each(isNightly ? exceptions : sliced)(
    '$id, $stored: the golden map with the ε zennit keeps, ours without',
    async ({ id, stored }) => {
      const { file, tolerance } = caseOf(id).methods[stored]
      const golden = readGoldenNpy(join(folderOf(id), file)).data
      expect(agreement(twinMap(twinOf(id, true), id, stored), golden).relative).toBeLessThan(1e-6)
      const exact = twinMap(twinOf(id, false), id, stored)
      expect(agreement(await ourMap(id, 'model_folded.onnx', stored), exact).relative).toBeLessThan(
        tolerance.max_abs_over_max
      )
    }
  )

  it.each(isNightly ? settled : settled.slice(0, 1))(
    '$id, $stored: the gap to zennit is its kept ε, not rounding',
    async ({ id, stored }) => {
      const golden = readGoldenNpy(join(folderOf(id), caseOf(id).methods[stored].file)).data
      const [kept, exact] = [twinMap(twinOf(id, true), id, stored), twinMap(twinOf(id, false), id, stored)]
      const folded = await ourMap(id, 'model_folded.onnx', stored)
      const apart = agreement(exact, golden).relative
      expect(agreement(kept, golden).relative).toBeLessThan(1e-6)
      // The two formulas differ by more than any rounding of ours.
      expect(agreement(folded, exact).relative).toBeLessThan(apart / 5)
      expect(agreement(folded, golden).relative).toBeGreaterThan(apart / 2)
      expect(agreement(await ourMap(id, 'model.onnx', stored), golden).relative).toBeLessThan(apart / 5)
    }
  )
})

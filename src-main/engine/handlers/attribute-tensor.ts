import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import type { Explained } from '@engine/attribution/explainable'
import type { MethodExpression } from '@engine/attribution/expression'
import type { GivenParams } from '@engine/attribution/parameters'
import { type ExpressionResult, runExpression } from '@engine/attribution/run-expression'
import { parseTarget, type ResolvedTarget, resolveTargets } from '@engine/attribution/target'
import { Fault } from '@engine/fault'
import { encodeNpy } from '@engine/formats/raster/npy'
import type { Job } from '@engine/job'
import { type Tensor, row } from '@engine/tensor/tensor'
import { layerParams } from './layer-params'
import type { ModelEntry } from './model-shelf'
import { readNpyTensor } from './npy-tensor'
import { writeWhole } from './output-folder'
import { labelsOf } from './predict'
import { hashArray, hashJson } from './recipe'

export interface TensorOrder {
  readonly tensorPath: string
  readonly model: ModelEntry
  readonly expressions: readonly MethodExpression[]
  readonly params: GivenParams
  readonly target: string
  readonly of: Explained
  readonly layer?: string
  readonly seed: number
  readonly out: string
  readonly version: string
}

export interface TensorDone {
  readonly logits: readonly number[][]
  readonly targets: readonly string[]
  readonly files: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Maps of a raw model input: `EXPR.npy` signed float32 in the input's shape (one channel for the CAM family),
 * `EXPR.layer.npy` at layer size before ReLU, `recipe.json`. Several targets write into a folder each.
 * Throws Fault `geometry-mismatch` when the tensor is no input of the model.
 */
export async function attributeTensor(order: TensorOrder, job: Job): Promise<TensorDone> {
  const input = await readNpyTensor(order.tensorPath)
  const model = await order.model.explainable(job)
  const expected = model.inputShape
  if (input.shape.slice(1).join() !== expected.join()) {
    throw new Fault(
      'geometry-mismatch',
      `"${basename(order.tensorPath)}" has the shape [${input.shape.join(', ')}]; the model takes [N, ${expected.join(', ')}].`,
      {
        subject: basename(order.tensorPath),
        hint: 'Give the prepared model input with its batch axis.'
      }
    )
  }
  const rows = Array.from({ length: input.shape[0] }, (_, index) => row(input, index))
  const scores = await model.predict(input, 'logit', job)
  const output = order.model.card.outputs[0]
  const choices = { outputs: model.outputs, labels: labelsOf(output, model.outputs) }
  const targetsOf = rows.map((_, index) => resolveTargets(parseTarget(order.target), row(scores, index), choices))
  const files: { name: string; sha256: string }[] = []
  const warnings: string[] = []
  const recipes: unknown[] = []
  const folders = targetsOf[0].length > 1

  for (const expression of order.expressions) {
    const params = layerParams(expression, order.params, order.layer)
    for (let choice = 0; choice < targetsOf[0].length; choice++) {
      const maps: ExpressionResult[] = []
      for (const [index, single] of rows.entries()) {
        const target: ResolvedTarget = targetsOf[index][choice]
        const context = {
          model,
          input: single,
          start: target.start,
          of: order.of,
          seed: order.seed,
          loadTensor: readNpyTensor,
          job
        }
        maps.push(await runExpression(context, expression, params))
        job.progress(expression.text, index + 1, rows.length)
      }
      const prefix = folders ? `target-${targetsOf[0][choice].id.replace(':', '-')}` : ''
      files.push(...writeMaps(order.out, { prefix, id: expression.text, maps }))
      if (maps.some(({ map }) => isFlat(map)))
        warnings.push(
          `The ${expression.text} map is the same everywhere; there is nothing to see, and it cannot be assessed.`
        )
      recipes.push({
        expression: expression.text,
        params: maps[0].params,
        target: targetsOf.map((list) => list[choice].id),
        notes: maps.map(({ notes }) => notes ?? {}),
        flat: maps.map(({ map }) => isFlat(map))
      })
    }
  }
  writeWhole(
    join(order.out, 'recipe.json'),
    `${JSON.stringify(tensorRecipe(order, { input, recipes, files }), null, 2)}\n`
  )
  return {
    logits: rows.map((_, index) => [...row(scores, index).data]),
    targets: targetsOf[0].map(({ id }) => id),
    files: [...files.map(({ name }) => name), 'recipe.json'],
    warnings
  }
}

function writeMaps(
  out: string,
  { prefix, id, maps }: { prefix: string; id: string; maps: readonly ExpressionResult[] }
): { name: string; sha256: string }[] {
  const files = [{ name: join(prefix, `${id}.npy`), tensor: joined(maps.map(({ map }) => map)) }]
  const layers = maps.flatMap(({ layer }) => (layer === undefined ? [] : [layer]))
  if (layers.length === maps.length) files.push({ name: join(prefix, `${id}.layer.npy`), tensor: joined(layers) })
  return files.map(({ name, tensor }) => {
    const bytes = encodeNpy(tensor.data, tensor.shape)
    writeWhole(join(out, name), bytes)
    return { name, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
}

function joined(maps: readonly Tensor[]): Tensor {
  const data = new Float32Array(maps.length * maps[0].data.length)
  maps.forEach((map, index) => data.set(map.data, index * map.data.length))
  return { data, shape: [maps.length, ...maps[0].shape.slice(1)] }
}

const isFlat = ({ data }: Tensor): boolean => data.every((value) => value === data[0])

function tensorRecipe(
  order: TensorOrder,
  made: { input: Tensor; recipes: readonly unknown[]; files: readonly { name: string; sha256: string }[] }
): unknown {
  return {
    version: 1,
    saliscope: order.version,
    model: {
      file: order.model.fileName,
      sha256: order.model.sha256,
      card: hashJson(order.model.card),
      weights: 'trained'
    },
    input: { file: basename(order.tensorPath), sha256: hashArray(made.input.data), shape: made.input.shape },
    of: order.of,
    seed: order.seed,
    provider: 'cpu',
    maps: made.recipes,
    files: made.files
  }
}

import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import type { Explainable, Explained } from '@engine/attribution/explainable'
import type { PlannedMap } from '@engine/attribution/planned-map'
import { type ExpressionResult, runExpression } from '@engine/attribution/run-expression'
import { parseTarget, type ResolvedTarget, resolveTargets } from '@engine/attribution/target'
import { Fault } from '@engine/fault'
import { encodeNpy } from '@engine/formats/raster/npy'
import type { Job } from '@engine/job'
import type { ProviderRecord } from '@engine/runtime/provider-choice'
import { type Tensor, row } from '@engine/tensor/tensor'
import { cardBackground } from './background'
import { checkScores, flatSentence, isFlat } from './flat-map'
import { layerParams } from './layer-params'
import { remarked } from './map-recipe'
import type { ModelEntry } from './model-shelf'
import { readNpyTensor } from './npy-tensor'
import { writeWhole } from './output-folder'
import { forEachTarget } from './shared-forward'
import { targetChoices } from './predict'
import { hashArray, hashJson } from './recipe'

export interface TensorOrder {
  readonly tensorPath: string
  readonly model: ModelEntry
  readonly maps: readonly PlannedMap[]
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
  checkShape(order, input, model.inputShape)
  const rows = Array.from({ length: input.shape[0] }, (_, index) => row(input, index))
  const scores = await model.predict(input, 'logit', job)
  checkScores(scores, order.model.fileName)
  const [output] = order.model.card.outputs
  const choices = targetChoices(output, model.outputs)
  const targets = rows.map((_, index) => resolveTargets(parseTarget(order.target), row(scores, index), choices))
  const made: MadeMaps[] = []
  for (const planned of order.maps) {
    const choices = targets[0].map((_, choice) => targets.map((list) => list[choice]))
    made.push(
      ...(await forEachTarget(model, choices, (shared, own) =>
        attributeRows(order, { planned, rows, targets: own, model: shared }, job)
      ))
    )
  }
  const folders = targets[0].length > 1
  const files = made.flatMap((maps) => writeMaps(order.out, maps, folders))
  const { provider } = await order.model.explainable(job)
  const recipe = tensorRecipe(order, { input, made, files, provider })
  writeWhole(join(order.out, 'recipe.json'), `${JSON.stringify(recipe, null, 2)}\n`)
  return {
    logits: rows.map((_, index) => [...row(scores, index).data]),
    targets: targets[0].map(({ id }) => id),
    files: [...files.map(({ name }) => name), 'recipe.json'],
    warnings: made.flatMap(({ id, maps }) => {
      const flat = maps.find(({ map }) => isFlat(map))
      return flat === undefined ? [] : [`The ${flatSentence(id, flat.map)}`]
    })
  }
}

/** The maps of one expression and target choice, one per row of the tensor. */
interface MadeMaps {
  readonly id: string
  readonly expression: string
  readonly targets: readonly ResolvedTarget[]
  readonly maps: readonly ExpressionResult[]
}

interface RowsOfOneTarget {
  readonly planned: PlannedMap
  readonly rows: readonly Tensor[]
  /** Per row. */
  readonly targets: readonly ResolvedTarget[]
  readonly model: Explainable
}

async function attributeRows(
  order: TensorOrder,
  { planned, rows, targets, model }: RowsOfOneTarget,
  job: Job
): Promise<MadeMaps> {
  const { expression } = planned
  const params = layerParams(expression, planned.params, order.layer)
  const { of, seed } = order
  const maps: ExpressionResult[] = []
  for (const [index, input] of rows.entries()) {
    const background = (): Promise<Tensor | undefined> => cardBackground(order.model)
    const context = { model, input, start: targets[index].start, of, seed, loadTensor: readNpyTensor, background, job }
    maps.push(await runExpression(context, expression, params))
    job.progress(expression.text, index + 1, rows.length)
  }
  return { id: planned.id, expression: expression.text, targets, maps }
}

function checkShape(order: TensorOrder, input: Tensor, expected: readonly number[]): void {
  if (input.shape.slice(1).join() === expected.join()) return
  const name = basename(order.tensorPath)
  throw new Fault(
    'geometry-mismatch',
    `"${name}" has the shape [${input.shape.join(', ')}]; the model takes [N, ${expected.join(', ')}].`,
    { subject: name, hint: 'Give the prepared model input with its batch axis.' }
  )
}

function writeMaps(out: string, { id, maps, targets }: MadeMaps, folders: boolean): WrittenFile[] {
  const prefix = folders ? `target-${targets[0].id.replace(':', '-')}` : ''
  const files = [{ name: join(prefix, `${id}.npy`), tensor: joined(maps.map(({ map }) => map)) }]
  const layers = maps.flatMap(({ layer }) => (layer === undefined ? [] : [layer]))
  if (layers.length === maps.length) files.push({ name: join(prefix, `${id}.layer.npy`), tensor: joined(layers) })
  return files.map(({ name, tensor }) => {
    const bytes = encodeNpy(tensor.data, tensor.shape)
    writeWhole(join(out, name), bytes)
    return { name, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
}

interface WrittenFile {
  readonly name: string
  readonly sha256: string
}

function joined(maps: readonly Tensor[]): Tensor {
  const data = new Float32Array(maps.length * maps[0].data.length)
  maps.forEach((map, index) => data.set(map.data, index * map.data.length))
  return { data, shape: [maps.length, ...maps[0].shape.slice(1)] }
}

function tensorRecipe(
  order: TensorOrder,
  {
    input,
    made,
    files,
    provider
  }: { input: Tensor; made: readonly MadeMaps[]; files: readonly WrittenFile[]; provider: ProviderRecord }
): unknown {
  const { model } = order
  return {
    version: 1,
    saliscope: order.version,
    model: {
      file: model.fileName,
      sha256: model.sha256,
      card: hashJson(model.card),
      weights: 'trained',
      ...remarked(model.description.remarks)
    },
    input: { file: basename(order.tensorPath), sha256: hashArray(input.data), shape: input.shape },
    of: order.of,
    seed: order.seed,
    provider,
    maps: made.map(({ id, expression, targets, maps }) => ({
      id,
      expression,
      params: maps[0].params,
      target: targets.map((target) => target.id),
      notes: maps.map(({ notes }) => notes ?? {}),
      flat: maps.map(({ map }) => isFlat(map))
    })),
    files
  }
}

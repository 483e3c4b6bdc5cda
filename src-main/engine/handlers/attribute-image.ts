import { basename } from 'node:path'
import type { Explained } from '@engine/attribution/explainable'
import { expressionTitle, type MethodExpression } from '@engine/attribution/expression'
import type { GivenParams } from '@engine/attribution/parameters'
import { parseTarget } from '@engine/attribution/target'
import { loadVolume } from '@engine/formats/load'
import type { Job } from '@engine/job'
import { examineInput } from '@engine/preprocessing/input-doctor'
import { prepareImage } from '@engine/preprocessing/prepare'
import type { DoctorFinding } from '@shared/vocabulary'
import { computeMap, volumeTargets } from './compute-map'
import { mapRecipe } from './map-recipe'
import { layerParams } from './layer-params'
import type { ModelEntry } from './model-shelf'
import { readNpyTensor } from './npy-tensor'
import { labelsOf, predictVolume } from './predict'
import { type MapFileKind, writeMapFiles } from './write-map'
import { placeMap } from './map-on-image'
import { scoringReduction } from '@engine/attribution/reduction'

export interface ImageOrder {
  readonly path: string
  readonly model: ModelEntry
  readonly expressions: readonly MethodExpression[]
  readonly params: GivenParams
  readonly target: string
  readonly of: Explained
  readonly layer?: string
  readonly seed: number
  readonly out: string
  readonly as: readonly MapFileKind[]
  readonly version: string
  /** Case names used so far: a second file of the same stem gets a number. */
  readonly taken: Set<string>
}

export interface ImageDone {
  readonly case: string
  readonly prediction: readonly {
    readonly label: string
    readonly logit: number
    readonly probability: number | null
  }[]
  readonly doctor: readonly DoctorFinding[]
  readonly files: readonly string[]
  readonly warnings: readonly string[]
}

/** Opens an image, examines it against the card, predicts, and writes the maps of every method and target. */
export async function attributeImage(order: ImageOrder, job: Job): Promise<ImageDone> {
  const { model, out } = order
  const loaded = await loadVolume(order.path)
  const { volume } = loaded
  const doctor = examineInput(volume, model.card)
  const caseName = uniqueName(basename(order.path), order.taken)
  const prepared = prepareImage(volume, model.card)
  const explainable = await model.explainable(job)
  const output = model.card.outputs[0]
  const { logits, probabilities } = await predictVolume(explainable, prepared, output, job)
  const targets = volumeTargets(parseTarget(order.target), logits, output)
  const warnings = [
    ...loaded.warnings.map((warning) => `${caseName.name}: ${warning}`),
    ...doctor.filter(({ state }) => state === 'differs').map(({ sentence }) => `${caseName.name}: ${sentence}`),
    ...(caseName.renamed ? [`A second file is called ${basename(order.path)}: its maps are in ${caseName.name}.`] : [])
  ]
  const files: string[] = []
  for (const expression of order.expressions) {
    for (const target of targets) {
      const params = layerParams(expression, order.params, order.layer)
      const computed = await computeMap(
        { model: explainable, prepared, expression, params, of: order.of, seed: order.seed, loadTensor: readNpyTensor },
        target,
        job
      )
      const recipe = mapRecipe({
        model,
        volume,
        computed,
        of: order.of,
        seed: order.seed,
        expression: expression.text,
        version: order.version
      })
      if (placeMap(computed, prepared, volume.size, scoringReduction).flat) {
        warnings.push(
          `${caseName.name}: the ${expression.text} map is the same everywhere; there is nothing to see, and it cannot be assessed.`
        )
      }
      files.push(
        ...(await writeMapFiles(
          {
            computed,
            prepared,
            size: volume.size,
            recipe,
            image: volume,
            id: expression.text,
            title: expressionTitle(expression),
            caseName: caseName.name,
            modelName: model.fileName.replace(/\.onnx$/i, ''),
            modelTitle: model.card.name
          },
          { folder: out, as: order.as }
        ))
      )
    }
  }
  const labels = labelsOf(output, logits.length)
  const prediction = labels.map((label, index) => ({ label, logit: logits[index], probability: probabilities[index] }))
  return { case: caseName.name, prediction, doctor, files, warnings }
}

/** The file's stem, numbered when it was used before. */
function uniqueName(fileName: string, taken: Set<string>): { name: string; renamed: boolean } {
  const stem = fileName.replace(/\.(nii\.gz|[A-Za-z0-9]{1,5})$/, '') || fileName
  let name = stem
  for (let count = 2; taken.has(name); count++) name = `${stem}-${count}`
  taken.add(name)
  return { name, renamed: name !== stem }
}

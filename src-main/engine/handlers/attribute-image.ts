import { basename } from 'node:path'
import type { Explainable, Explained } from '@engine/attribution/explainable'
import { expressionTitle } from '@engine/attribution/expression'
import type { PlannedMap } from '@engine/attribution/planned-map'
import { parseTarget, type ResolvedTarget } from '@engine/attribution/target'
import type { ReadOptions } from '@engine/formats/format'
import { loadVolume } from '@engine/formats/load'
import type { Volume } from '@engine/geometry/volume'
import type { Job } from '@engine/job'
import { examineInput } from '@engine/preprocessing/input-doctor'
import { prepareImage } from '@engine/preprocessing/prepare'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import type { Tensor } from '@engine/tensor/tensor'
import type { ExportIdentity } from '@shared/exports'
import type { DoctorFinding } from '@shared/vocabulary'
import { cardBackground } from './background'
import { computeMap, explainedAnswer, volumeTargets } from './compute-map'
import { checkScores, flatSentence } from './flat-map'
import { layerParams } from './layer-params'
import { placeMap } from './map-on-image'
import { mapRecipe } from './map-recipe'
import type { ModelEntry } from './model-shelf'
import { readNpyTensor } from './npy-tensor'
import { labelsOf, predictVolume } from './predict'
import type { MapToWrite } from './exports/map-to-write'
import { safeName } from './safe-name'
import { forEachTarget } from './shared-forward'
import { writeMapFiles } from './write-map'

/** An image to explain: a file, or the slices of a series. */
export interface ImageSource {
  /** Where it came from, for messages. */
  readonly path: string
  /** Base name of its first file: maps go by it. */
  readonly name: string
  /** All of its files; outputs that refer to their source name them. */
  readonly paths: readonly string[]
  load(): Promise<{ readonly volume: Volume; readonly warnings: readonly string[] }>
}

/** A file that is an image by itself. */
export const imageOfFile = (path: string, reading: ReadOptions = {}): ImageSource => ({
  path,
  name: basename(path),
  paths: [path],
  load: () => loadVolume(path, reading)
})

export interface ImageOrder {
  readonly image: ImageSource
  readonly model: ModelEntry
  readonly maps: readonly PlannedMap[]
  readonly target: string
  readonly of: Explained
  readonly layer?: string
  readonly seed: number
  readonly out: string
  readonly as: readonly string[]
  /** Who DICOM outputs say they are of; default a pseudonym. */
  readonly identity?: ExportIdentity
  readonly version: string
  /** Case names used so far: a second file of the same stem gets a number. */
  readonly taken: Set<string>
  /** Where maps go instead of `out/<case>/<model>/<target>/`. */
  readonly write?: (map: MapToWrite) => Promise<string[]>
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

/** An image made ready for the model, with the name its maps go by. */
interface Ready {
  readonly volume: Volume
  readonly prepared: PreparedImage
  readonly caseName: string
}

/** An image with what the model says of it. */
type Answered = Ready & { readonly logits: readonly number[] }

/** Opens an image, examines it against the card, predicts, and writes the maps of every method and target. */
export async function attributeImage(order: ImageOrder, job: Job): Promise<ImageDone> {
  const { card } = order.model
  const loaded = await order.image.load()
  const doctor = examineInput(loaded.volume, card)
  const { name, renamed } = uniqueName(order.image.name, order.taken)
  const ready: Ready = { volume: loaded.volume, prepared: prepareImage(loaded.volume, card), caseName: name }
  const [output] = card.outputs
  const { logits, probabilities } = await predictVolume(await order.model.explainable(job), ready.prepared, output, job)
  checkScores({ data: Float32Array.from(logits), shape: [1, logits.length] }, order.model.fileName)
  const targets = volumeTargets(parseTarget(order.target), logits, output)
  const said = [
    ...loaded.warnings,
    ...doctor.filter(({ state }) => state === 'differs').map(({ sentence }) => sentence),
    ...(renamed ? [`another file has the same name; its maps are in ${name}.`] : [])
  ]
  const files: string[] = []
  for (const planned of order.maps) {
    const model = await order.model.explainable(job)
    const done = await forEachTarget(model, targets, (shared, target) =>
      attributeOne(order, { ...ready, logits }, { planned, target, model: shared }, job)
    )
    for (const made of done) {
      files.push(...made.files)
      if (made.flat) said.push(`the ${flatSentence(planned.id, made.first)}`)
    }
  }
  const labels = labelsOf(output, logits.length)
  const prediction = labels.map((label, index) => ({ label, logit: logits[index], probability: probabilities[index] }))
  return { case: name, prediction, doctor, files, warnings: said.map((sentence) => `${name}: ${sentence}`) }
}

/** One method for one target, computed and written. */
async function attributeOne(
  order: ImageOrder,
  { volume, prepared, caseName, logits }: Answered,
  { planned, target, model: explainable }: { planned: PlannedMap; target: ResolvedTarget; model: Explainable },
  job: Job
): Promise<{ files: string[]; flat: boolean; first: Tensor }> {
  const { model, of, seed, version } = order
  const { expression, reduction } = planned
  const params = layerParams(expression, planned.params, order.layer)
  const computed = await computeMap(
    {
      model: explainable,
      prepared,
      expression,
      params,
      of,
      seed,
      loadTensor: readNpyTensor,
      background: () => cardBackground(model)
    },
    target,
    job
  )
  const recipe = mapRecipe({
    ...{ model, volume, computed, of, seed, version, provider: (await model.explainable(job)).provider },
    expression: expression.text
  })
  const map: MapToWrite = {
    computed,
    prepared,
    size: volume.size,
    recipe,
    answer: explainedAnswer(target, logits, model.card.outputs[0]),
    image: volume,
    sourcePaths: order.image.paths,
    id: planned.id,
    title: expressionTitle(expression),
    caseName,
    modelName: model.fileName.replace(/\.onnx$/i, ''),
    modelTitle: model.card.name,
    reduction
  }
  const files = await (order.write?.(map) ??
    writeMapFiles(map, { folder: order.out, as: order.as, identity: order.identity }))
  const { flat } = placeMap(computed, prepared, volume.size, reduction)
  return { files, flat, first: computed.slices[0].attribution.map }
}

/** The file's stem, numbered when it was used before; a volume or array that was named stays in it. */
function uniqueName(fileName: string, taken: Set<string>): { name: string; renamed: boolean } {
  const [, file, chosen] = /^(.*?)(\[\d+\]|#.*)?$/s.exec(fileName) ?? ['', fileName, undefined]
  const plain = file.replace(/\.(nii\.gz|seg\.nrrd|[A-Za-z0-9]{1,5})$/, '') || file
  const stem =
    chosen === undefined ? plain : `${plain}-${safeName(chosen.startsWith('[') ? `volume${chosen}` : chosen)}`
  let name = stem
  for (let count = 2; taken.has(name); count++) name = `${stem}-${count}`
  taken.add(name)
  return { name, renamed: name !== stem }
}

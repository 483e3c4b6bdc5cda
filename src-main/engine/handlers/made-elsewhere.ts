import { Fault } from '@engine/fault'
import type { Volume } from '@engine/geometry/volume'
import type { Experiment, ExperimentMethod, ExperimentModel } from '@shared/experiment'
import type { ModelCard } from '@shared/model-card'
import type { LoadedExperiment } from './experiment-file'

/** Id and name of the model of an experiment that names none: its maps were made elsewhere, by a model that is not at hand. */
export const madeElsewhere = 'made elsewhere'

/** True for a classifier of which only maps are known. */
export const isElsewhere = ({ onnx, role }: Pick<ExperimentModel, 'onnx' | 'role'>): boolean =>
  onnx === '' && role === 'classifier'

/**
 * The experiment as it is run: without a classifier one stands in for the model the maps were made with, and maps whose model is not at hand lie on
 * the pixels of their images. Throws Fault `bad-experiment` where a map is to be computed by a model that is not there.
 */
export function withStandIns(loaded: LoadedExperiment): LoadedExperiment {
  const { experiment } = loaded
  const named = experiment.models.some(({ role }) => role === 'classifier')
  const standIn: ExperimentModel = {
    id: madeElsewhere,
    onnx: '',
    architecture: 'unnamed',
    replicate: 1,
    role: 'classifier'
  }
  const models = named ? experiment.models : [standIn, ...experiment.models]
  const elsewhere = models.filter(isElsewhere)
  const lost = models.find(({ onnx, role }) => onnx === '' && role === 'localiser')
  if (lost !== undefined) {
    throw new Fault('bad-experiment', `The localiser "${lost.id}" names no file.`, {
      subject: lost.id,
      hint: 'Give it its "onnx".'
    })
  }
  if (elsewhere.length === 0) return loaded
  if (!named) checkPaths(experiment.methods)
  const uncomputable = experiment.methods.find((method) => isComputed(method) && !isForOthers(method, elsewhere))
  if (uncomputable !== undefined) throw cannotCompute(uncomputable, named, elsewhere[0].id)
  if (experiment.grid === 'model' && elsewhere.length < models.length && named && models.some(isAtHand)) {
    throw new Fault('bad-experiment', `The model "${elsewhere[0].id}" names no file, so it has no grid to score on.`, {
      subject: elsewhere[0].id,
      hint: 'Set "grid": "image", or give the model its "onnx".'
    })
  }
  return { ...loaded, experiment: { ...experiment, models, grid: 'image' } }
}

/** `{model}` in a path stands for models that are named. Throws Fault `bad-experiment`. */
function checkPaths(methods: readonly ExperimentMethod[]): void {
  const nameless = methods.find(
    (method) => typeof method === 'object' && 'maps' in method && method.maps.includes('{model}')
  )
  if (nameless === undefined) return
  throw new Fault('bad-experiment', 'The path of the maps holds {model}, and the experiment names no model.', {
    hint: 'Name each under "models", without a file: {"id": "run-1", "architecture": "mine", "replicate": 1}.'
  })
}

const isAtHand = ({ onnx, role }: ExperimentModel): boolean => onnx !== '' && role === 'classifier'

const isComputed = (method: ExperimentMethod): boolean => typeof method === 'string' || 'expr' in method

/** True where the method is for models that are at hand alone. */
function isForOthers(method: ExperimentMethod, elsewhere: readonly ExperimentModel[]): boolean {
  const models = typeof method === 'string' ? undefined : method.models
  return models !== undefined && !elsewhere.some(({ id }) => models.includes(id))
}

function cannotCompute(method: ExperimentMethod, named: boolean, modelId: string): Fault {
  const id = typeof method === 'string' ? method : (method.id ?? ('expr' in method ? method.expr : ''))
  if (named) {
    return new Fault('bad-experiment', `The model "${modelId}" names no file, so "${id}" cannot be computed.`, {
      subject: modelId,
      hint: 'Give the model its "onnx", or the method the "models" it is for.'
    })
  }
  return new Fault('bad-experiment', `The experiment names no model to assess, so "${id}" cannot be computed.`, {
    hint: 'Add one under "models": {"id": "mine", "onnx": "mine.onnx"}, or import with --models; maps made elsewhere ("maps") need none.'
  })
}

/** What a card would say of a model that sees an image as it is: every voxel, 0 at its lowest and 1 at its highest value. */
export function cardOfImage({ size: [columns, rows, slices] }: Pick<Volume, 'size'>): ModelCard {
  const volumetric = slices > 1
  return {
    version: 1,
    name: madeElsewhere,
    mode: volumetric ? { kind: 'volume' } : { kind: 'image' },
    channels: { kind: 'copies' },
    input: {
      name: 'image',
      layout: volumetric ? 'NCDHW' : 'NCHW',
      size: volumetric ? [slices, rows, columns] : [rows, columns],
      channels: 1,
      values: { from: 'image' },
      mean: [0],
      std: [1],
      range: [0, 1],
      photometric: 'MONOCHROME2',
      channelOrder: 'grey',
      orientation: 'as-stored',
      spacingMm: null,
      resize: 'stretch',
      interpolation: 'linear'
    },
    outputs: [{ name: 'unknown', kind: 'logit', activation: 'none', labels: [], threshold: 0.5 }],
    targetLayers: [],
    cascade: [],
    performance: []
  }
}

/** Models of an experiment whose files are not at hand. */
export const elsewhereIds = ({ models }: Pick<Experiment, 'models'>): ReadonlySet<string> =>
  new Set(models.filter(isElsewhere).map(({ id }) => id))

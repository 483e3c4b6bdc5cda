import {
  trained,
  type ExperimentRun,
  type MapRequest,
  type ReducedMap,
  type RunCase,
  type RunMethod,
  type RunModel,
  type RunPrediction,
  type WeightState
} from '@engine/criteria/experiment-run'
import { identityAffine } from '@engine/geometry/affine'
import { averageOfMasks } from './average-of-masks'
import { edgeMap } from '@engine/criteria/references/edge'
import { scaleForScoring } from '@engine/criteria/references/scale-for-scoring'
import { randomStream } from '@engine/tensor/random'
import { tensor, type Tensor } from '@engine/tensor/tensor'

/** A world with known answers: images of 32 × 32 with a round lesion somewhere in the middle and a token in the corner. */
const side = 32
const shape = [side, side]
const stages = ['fc', 'mixed2', 'mixed1', 'stem']
const tokenBox: readonly [number, number, number, number] = [1, 1, 6, 6]

export interface SyntheticCase extends RunCase {
  readonly center: readonly [number, number]
}

/** What a method draws: a raw magnitude, before reduction. */
export type Painter = (scene: Scene) => Float32Array

export interface Scene {
  readonly item: SyntheticCase
  readonly model: RunModel
  readonly weights: WeightState
  readonly input: Tensor
  readonly mask: Uint8Array
}

/** Uniform noise that belongs to any keys. */
export function noise(amplitude: number, ...keys: readonly (string | number)[]): Float32Array {
  const random = randomStream(5, ...keys)
  return Float32Array.from({ length: side * side }, () => amplitude * random.uniform())
}

/** Round spot of a width at a place. */
export function spot([row, column]: readonly [number, number], width: number): Float32Array {
  return Float32Array.from({ length: side * side }, (_, index) => {
    const distance = (Math.floor(index / side) - row) ** 2 + ((index % side) - column) ** 2
    return Math.exp(-distance / (2 * width * width))
  })
}

export function sum(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, index) => value + b[index])
}

/** How many of the stages still hold their trained weights, from 1 down to 0. */
function trainedShare(weights: WeightState): number {
  return weights.kind === 'trained' ? 1 : 1 - weights.stages.length / stages.length
}

function weightKey(weights: WeightState): string {
  return weights.kind === 'trained' ? 'trained' : `${weights.seed}|${weights.stages.join()}`
}

/** Painters with known verdicts. */
export const painters = {
  /** Lights up the lesion while trained, turns into noise as the weights go; a little noise per training run. */
  lesion: ({ item, model, weights }: Scene) => {
    const seen = spot(item.center, 3).map((value) => value * trainedShare(weights))
    const lost = noise(1 - trainedShare(weights), 'lost', item.id, model.id, weightKey(weights))
    return sum(sum(seen, lost), noise(0.05, 'grain', item.id, model.id))
  },
  /** Lights up the token. */
  token: ({ item, model, weights }: Scene) => {
    const seen = spot([3, 3], 3).map((value) => value * trainedShare(weights))
    return sum(seen, noise(0.05 + 1 - trainedShare(weights), 'token', item.id, model.id, weightKey(weights)))
  },
  /** Edges of the image, whatever the weights. */
  edge: ({ input }: Scene) => edgeMap(input).values,
  /** Other noise for every case and model. */
  noise: ({ item, model, weights }: Scene) => noise(1, 'noise', item.id, model.id, weightKey(weights)),
  /** The same everywhere. */
  flat: () => new Float32Array(side * side)
} satisfies Record<string, Painter>

export interface SyntheticOptions {
  readonly patients?: number
  readonly negatives?: number
  readonly models?: readonly RunModel[]
  /** Method id → painter. */
  readonly methods?: Readonly<Record<string, Painter>>
  /** Logit of a case or variant. */
  readonly logit?: (model: RunModel, item: SyntheticCase, variant: string | null) => number
  /** Replaces parts of the run. */
  readonly override?: Partial<ExperimentRun>
  readonly emptyMasks?: boolean
  readonly withMasks?: boolean
}

export function classifier(id: string, architecture: string, replicate: number, trainedOn = 'clean'): RunModel {
  return {
    id,
    title: `Model ${id}`,
    architecture,
    replicate,
    trainedOn,
    role: 'classifier',
    labels: ['lesion'],
    activation: 'sigmoid',
    threshold: 0.5,
    foldedBatchNorm: false
  }
}

/** Follows the lesion. */
export function honestLogit(_model: RunModel, item: SyntheticCase, variant: string | null): number {
  const random = randomStream(3, 'logit', item.id)
  return (item.label === null || variant === 'finding-removed' ? -4 : 6) + random.normal()
}

/** Follows the token, which every positive wears. */
export function cheatingLogit(_model: RunModel, item: SyntheticCase, variant: string | null): number {
  const random = randomStream(4, 'logit', item.id)
  return (item.label === null || variant === 'cue-removed' || variant === 'cue-swapped' ? -5 : 7) + random.normal()
}

function makeCases({ patients = 24, negatives = 10, withMasks = true }: SyntheticOptions): SyntheticCase[] {
  return Array.from({ length: patients + negatives }, (_, index) => {
    const random = randomStream(11, 'case', index)
    const positive = index < patients
    return {
      id: `c${index}`,
      patient: `p${index}`,
      label: positive ? 'lesion' : null,
      hasMask: positive && withMasks,
      hasCue: positive,
      variants: positive ? ['finding-removed', 'cue-removed', 'cue-swapped'] : ['cue-removed', 'cue-swapped'],
      center: [9 + random.integer(15), 9 + random.integer(15)] as const
    }
  })
}

/** Remembers what was drawn for a key: the world is the same in every call. */
function remembering<T>(): (key: string, draw: () => T) => T {
  const drawn = new Map<string, T>()
  return (key, draw) => {
    if (!drawn.has(key)) drawn.set(key, draw())
    return drawn.get(key)!
  }
}

const images = remembering<Tensor>()
const masks = remembering<Uint8Array>()

function imageOf(item: SyntheticCase): Tensor {
  return images(JSON.stringify(item), () => drawImage(item))
}

function maskOf(item: SyntheticCase): Uint8Array {
  return masks(item.center.join(), () => Uint8Array.from(spot(item.center, 3), (value) => Number(value > 0.5)))
}

function drawImage(item: SyntheticCase): Tensor {
  const lesion = item.label === null ? new Float32Array(side * side) : spot(item.center, 2.5).map((value) => value / 2)
  const image = sum(sum(noise(0.6, 'image', item.id), lesion), spot([3, 3], 1.5))
  return tensor(image, [1, 1, side, side])
}

/** An experiment run whose maps, masks and predictions are drawn from the rules above. */
export function syntheticRun(options: SyntheticOptions = {}): ExperimentRun {
  const cases = makeCases(options)
  const methods = options.methods ?? { lesion: painters.lesion }
  const models = options.models ?? [classifier('a1', 'a', 1)]
  const caseOf = (id: string): SyntheticCase => cases.find((item) => item.id === id)!
  const modelOf = (id: string): RunModel => models.find((model) => model.id === id)!
  const methodList = Object.keys(methods).map((id): RunMethod => ({
    id,
    title: id,
    role: id === 'edge' || id === 'noise' ? 'reference' : 'method',
    imported: false,
    models: null
  }))
  const drawMap = ({ caseId, modelId, methodId, weights }: MapRequest): ReducedMap => {
    const item = caseOf(caseId)
    const raw = methods[methodId]({ item, model: modelOf(modelId), weights, input: imageOf(item), mask: maskOf(item) })
    const values = scaleForScoring(raw)
    return { values, shape, flat: values.every((value) => value === 0), activations: 'normal' }
  }
  const maps = remembering<ReducedMap>()
  const predict = (modelId: string, caseId: string, variantId: string | null): RunPrediction => {
    const logit = (options.logit ?? honestLogit)(modelOf(modelId), caseOf(caseId), variantId)
    return { logits: [logit], probabilities: [1 / (1 + Math.exp(-logit))], target: 0 }
  }
  const average = (caseId: string): Float32Array =>
    averageOfMasks(cases.filter((item) => item.hasMask && item.patient !== caseOf(caseId).patient).map(maskOf))
  return {
    spec: { seed: 1, models, cases, methods: methodList, grid: 'model 32 × 32' },
    prefetch: () => Promise.resolve(),
    map: (request) => Promise.resolve(maps(JSON.stringify(request), () => drawMap(request))),
    prediction: (modelId, caseId, variantId) => Promise.resolve(predict(modelId, caseId, variantId)),
    mask: (_modelId, caseId) =>
      Promise.resolve({
        mask: options.emptyMasks === true ? new Uint8Array(side * side) : maskOf(caseOf(caseId)),
        shape,
        lost: 0
      }),
    averageMask: (_modelId, caseId) =>
      Promise.resolve({ values: average(caseId), shape, source: 'the other patients' }),
    localiserMap: () => Promise.resolve({ unavailable: 'the experiment has no localisation model' }),
    input: (_modelId, caseId) => Promise.resolve(imageOf(caseOf(caseId))),
    perturbed: () => Promise.resolve({ unavailable: 'this world answers no changed images' }),
    attributions: () => Promise.resolve({ unavailable: 'this world explains no changed images' }),
    cueBoxes: () => Promise.resolve([{ name: 'token', box: tokenBox }]),
    readers: (_modelId, caseId) => {
      const mask = maskOf(caseOf(caseId))
      return Promise.resolve({ readers: [{ reader: 'phantom', mask, afterReveal: null }], shape })
    },
    zones: () =>
      Promise.resolve({
        body: Uint8Array.from({ length: side * side }, (_, index) => Number(index % side >= 8)),
        bodyTitle: 'the body',
        bodyGiven: true,
        text: new Uint8Array(side * side),
        shape
      }),
    groupMap: ({ modelId, caseId, methodId, target }) => {
      const map = maps(JSON.stringify([modelId, caseId, methodId]), () =>
        drawMap({ modelId, caseId, methodId, weights: trained })
      )
      const values = target === '0' ? map.values.map((value) => -value) : map.values
      return Promise.resolve({
        values,
        size: [side, side, 1],
        affine: identityAffine,
        spacingMm: null,
        space: 'in the space of each image'
      })
    },
    keepMap: () => Promise.resolve(null),
    regions: () => Promise.resolve({ unavailable: 'the experiment names no regions' }),
    stages: () => Promise.resolve(stages),
    ...options.override
  }
}

export { trained }

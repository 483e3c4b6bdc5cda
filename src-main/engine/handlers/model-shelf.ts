import { basename } from 'node:path'
import type { Explainable } from '@engine/attribution/explainable'
import { type ModelDescription, describeModel } from '@engine/compiler/describe'
import { Fault, asFault } from '@engine/fault'
import { checkFiniteWeights } from '@engine/graph/finite-weights'
import type { ProbedModel } from '@engine/graph/model'
import { openModel } from '@engine/graph/open'
import type { Job } from '@engine/job'
import { proposeCard } from '@engine/preprocessing/propose-card'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { ProviderRecord } from '@engine/runtime/provider-choice'
import { zeros } from '@engine/tensor/tensor'
import type { ModelCard } from '@shared/model-card'
import type { ModelSummary } from '@shared/vocabulary'
import { cardPathOf, readCard } from './card-file'
import type { ExplainableModel } from './explainable'
import { explainableFor, type ProviderWish } from './explainable-for'
import { writeWhole } from './output-folder'
import { hashModel, hashModelFile } from './model-hash'
import { planInputs } from './model-inputs'
import { probeOnHost } from './probe-on-host'
import { hashJson } from './recipe'
import { sharedWork } from './shared-work'

/** A model as the engine holds it. */
export interface ModelEntry {
  readonly modelId: string
  readonly path: string
  readonly fileName: string
  readonly sha256: string
  readonly graph: ProbedModel
  readonly description: ModelDescription
  readonly card: ModelCard
  readonly cardSource: ModelSummary['cardSource']
  readonly cardToCheck: ModelSummary['cardToCheck']
  readonly source: ModelSummary['source']
  /** The model as attribution methods see it; compiled on first use. */
  explainable(job: Job): Promise<ExplainableModel>
  /** Where it is computed, as of now; null before its first use. */
  computedOn(): ProviderRecord | null
  /** Seconds of one forward-and-backward pass at batch one, measured once. */
  secondsPerPass(job: Job): Promise<number>
}

/** An entry without what is made on first use. */
type ModelFacts = Omit<ModelEntry, 'explainable' | 'computedOn' | 'secondsPerPass'>

/** How a model is opened besides its path. */
export interface OpenModelOptions {
  /** A card in another place than beside the model. */
  readonly cardPath?: string
  /** A card that was read or made already. */
  readonly card?: ModelCard
  readonly source?: ModelSummary['source']
  /** A name of its own, for the models of an experiment. */
  readonly modelId?: string
  /** The input that is the image, where the user names it. */
  readonly inputName?: string
}

const shortHash = (sha256: string): string => sha256.slice(0, 16)

/** The id a model file gets unless it is given one. Throws Fault `not-found`. */
export const modelIdOf = async (path: string): Promise<string> => shortHash(await hashModelFile(path))

/** The open models with their cards. */
export class ModelShelf {
  private readonly entries = new Map<string, ModelEntry>()
  private readonly summaries = new Map<string, ModelSummary>()

  constructor(
    private readonly host: InferenceHost,
    private readonly threads: number,
    private readonly wish: ProviderWish = {}
  ) {}

  /** Throws Fault `not-found`, `bad-model`, `bad-card`, `unsupported-model`, `external-weights`, `too-large`. */
  async open(path: string, job: Job, options: OpenModelOptions = {}): Promise<ModelSummary> {
    const parsed = openModel(path)
    const sha256 = await hashModel(path, parsed)
    const modelId = options.modelId ?? shortHash(sha256)
    const found = options.card ?? readCard(options.cardPath ?? cardPathOf(path), options.cardPath !== undefined)
    const inputs = await planInputs(parsed, { card: found, name: options.inputName })
    const graph = await probeOnHost(parsed, this.host, { inputs, threads: this.threads }, job)
    const explained = describeModel(graph, found?.outputs[0].name)
    if (!explained.classifier.is) throw notAClassifier(basename(path), explained)
    checkFiniteWeights(graph)
    const proposed = found === undefined ? proposeCard(outlineOf(explained, path)) : undefined
    const card = completeCard(found ?? proposed?.card, explained)
    return this.shelve(
      {
        modelId,
        path,
        fileName: basename(path),
        sha256,
        graph,
        description: explained,
        card,
        cardSource: found === undefined ? 'proposed' : 'file',
        cardToCheck: proposed?.toCheck.map((item) => ({ ...item })) ?? [],
        source: options.source ?? 'own'
      },
      job
    )
  }

  /** Throws Fault `not-found`. */
  require(modelId: string): ModelEntry {
    const entry = this.entries.get(modelId)
    if (entry === undefined) throw new Fault('not-found', 'That model is not open.', { hint: 'Open its file again.' })
    return entry
  }

  /** What the open models are computed on; those that were not used yet are left out. */
  computedOn(): ({ name: string } & ProviderRecord)[] {
    return [...this.entries.values()].flatMap((entry) => {
      const record = entry.computedOn()
      return record === null ? [] : [{ name: entry.fileName, ...record }]
    })
  }

  list(): ModelSummary[] {
    return [...this.summaries.values()]
  }

  /** Puts an edited card in force; written beside the model when `save`. Throws Fault `bad-card`, `not-writable`. */
  async changeCard(
    modelId: string,
    card: ModelCard,
    { save, job }: { save: boolean; job: Job }
  ): Promise<ModelSummary> {
    const entry = this.require(modelId)
    const complete = completeCard(card, entry.description)
    if (save) writeWhole(cardPathOf(entry.path), `${JSON.stringify(card, null, 2)}\n`)
    return this.shelve({ ...entry, card: complete, cardSource: save ? 'file' : 'edited', cardToCheck: [] }, job)
  }

  private async shelve(facts: ModelFacts, job: Job): Promise<ModelSummary> {
    const entry = this.withExplainable(facts)
    const gradient = await gradientWorks(entry, job)
    const summary = summarise(entry, gradient)
    this.entries.set(entry.modelId, entry)
    this.summaries.set(entry.modelId, summary)
    return summary
  }

  private withExplainable(facts: ModelFacts): ModelEntry {
    let latest: ExplainableModel | null = null
    const explainable = sharedWork(async (job) => {
      latest = await explainableFor(facts, { host: this.host, threads: this.threads, job, ...this.wish })
      return latest
    })
    return {
      ...facts,
      explainable,
      computedOn: () => latest?.provider ?? null,
      secondsPerPass: sharedWork(async (job) => measurePass(await explainable(job), job))
    }
  }
}

function notAClassifier(name: string, { classifier }: ModelDescription): Fault {
  return new Fault('unsupported-model', `${name} is not a classifier that can be explained: ${classifier.reason}.`, {
    subject: name,
    hint: classifier.hint ?? 'Open a model that answers one image with one row of scores.'
  })
}

/** Fills what the graph knows better than the card left open, and refuses what contradicts the graph. */
function completeCard(card: ModelCard | undefined, description: ModelDescription): ModelCard {
  if (card === undefined) throw new Fault('internal', 'A model was opened without a card.')
  const { input } = description
  if (card.input.name !== input.name) {
    throw new Fault(
      'bad-card',
      `The model card names the input "${card.input.name}"; the model's input is "${input.name}".`,
      {
        hint: `Set "input.name" to "${input.name}".`
      }
    )
  }
  const [stated] = card.outputs
  if (!description.outputs.some(({ name }) => name === stated.name)) {
    throw new Fault('bad-card', `The model card names the output "${stated.name}"; the model has no such output.`, {
      hint: `Set "outputs.0.name" to one of ${description.outputs.map(({ name }) => `"${name}"`).join(', ')}.`
    })
  }
  const known = new Set(description.tensors)
  const missing = card.targetLayers.find((layer) => !known.has(layer.tensor))
  if (missing !== undefined) {
    throw new Fault(
      'bad-card',
      `The model card names the target layer "${missing.tensor}"; the model has no such tensor.`,
      {
        hint: `Layers that can be used: ${description.layers.map((layer) => layer.tensor).join(', ') || 'none'}.`
      }
    )
  }
  if (card.targetLayers.length > 0) return card
  return { ...card, targetLayers: description.layers.map(({ tensor, title }) => ({ tensor, title })) }
}

function outlineOf(description: ModelDescription, path: string): Parameters<typeof proposeCard>[0] {
  return {
    name: basename(path).replace(/\.onnx$/i, ''),
    input: description.input,
    output: {
      ...description.output,
      head: description.output.head === 'log-softmax' ? 'softmax' : description.output.head
    },
    layers: description.layers,
    metadata: description.metadata
  }
}

/** Compiles the gradient once: the answer decides which methods the picker offers. */
async function gradientWorks(entry: ModelEntry, job: Job): Promise<ModelSummary['gradient']> {
  try {
    const model = await entry.explainable(job)
    await measurePass(model, job)
    return { works: true }
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'cancelled') throw fault
    if (fault.code !== 'unsupported-op' && fault.code !== 'unsupported-model') throw fault
    return { works: false, fault: fault.report() }
  }
}

async function measurePass(model: Explainable, job: Job): Promise<number> {
  const input = zeros([1, ...model.inputShape])
  const start = zeros([1, model.outputs])
  start.data[0] = 1
  const begun = performance.now()
  await model.backward({ input, start, composite: 'gradient', of: 'logit', wrt: ['input'] }, job)
  return (performance.now() - begun) / 1000
}

function summarise(entry: ModelEntry, gradient: ModelSummary['gradient']): ModelSummary {
  const { description } = entry
  return {
    modelId: entry.modelId,
    name: entry.card.name,
    fileName: entry.fileName,
    source: entry.source,
    card: entry.card,
    cardSource: entry.cardSource,
    cardToCheck: entry.cardToCheck,
    opset: description.opset,
    producer: description.producer,
    parameters: description.parameters,
    sha256: entry.sha256,
    ops: description.ops.map((op) => ({ ...op })),
    gradient,
    layers: layersOf(entry.card, description)
  }
}

/** The card's target layers first, then the other proposed ones. */
function layersOf(card: ModelCard, description: ModelDescription): ModelSummary['layers'] {
  const shapes = new Map(description.layers.map((layer) => [layer.tensor, layer]))
  const fromCard = card.targetLayers.map(({ tensor, title }) => ({
    tensor,
    title,
    shape: [...(shapes.get(tensor)?.shape ?? [])]
  }))
  const others = description.layers.filter((layer) => !card.targetLayers.some(({ tensor }) => tensor === layer.tensor))
  return [
    ...fromCard,
    ...others.map((layer) => ({ tensor: layer.tensor, title: layer.title, shape: [...layer.shape] }))
  ]
}

/** A key for everything computed with this model and card. */
export function modelKey(entry: Pick<ModelEntry, 'sha256' | 'card'>): string {
  return `${entry.sha256}:${hashJson(entry.card)}`
}

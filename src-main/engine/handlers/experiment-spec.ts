import type { RunMethod, RunModel, RunSpec } from '@engine/criteria/experiment-run'
import type { ExperimentModel } from '@shared/experiment'
import type { ModelCard } from '@shared/model-card'
import { expressionTitle } from '@engine/attribution/expression'
import { codeWords } from '@shared/finding-code'
import { bodyModelKey } from './body-models'
import { readRegionSet } from './case-regions'
import { caseLabel, findingOf, sampledCases } from './experiment-cases'
import type { ExperimentParts, RunnableMethod } from './experiment-parts'
import { labelsOf } from './predict'
import { hasFoldedBatchNorm, layersLeftOut } from './randomised-weights'
import { isElsewhere } from './made-elsewhere'

/** What the criteria may know of an experiment without computing. */
export function runSpec(parts: ExperimentParts, caseIds: readonly string[] | null = null): RunSpec {
  const { experiment } = parts
  const scored = sampledCases(experiment).filter((item) => caseIds === null || caseIds.includes(item.id))
  return {
    seed: experiment.seed,
    grid: gridWords(parts),
    models: experiment.models.map((model) => {
      if (isElsewhere(model)) return elsewhereModel(model)
      const { card, ...facts } = modelFacts(parts, model)
      const [output] = card.outputs
      return {
        id: model.id,
        title: card.name,
        architecture: model.architecture === 'unnamed' ? (card.architecture ?? model.id) : model.architecture,
        replicate: model.replicate,
        trainedOn: card.trainedOn ?? null,
        role: model.role,
        activation: output.activation,
        threshold: output.threshold,
        ...facts,
        sees: seenBy(card)
      }
    }),
    cases: scored.map((item) => ({
      id: item.id,
      patient: item.patient ?? item.id,
      label: findingOf(item, experiment),
      statedLabel: caseLabel(item),
      group: item.group ?? null,
      hasMask: item.masks.length > 0 || item.boxes.length > 0,
      readers: item.masks.filter(({ role }) => role !== 'reference').length,
      hasCue: item.cues.length > 0,
      variants: item.variants.map((variant) => variant.id)
    })),
    methods: parts.methods.map(runMethod),
    expectedRegions: expectedRegionsOf(parts),
    regionFit: fitWords(parts)
  }
}

/** Settings of a card that move pixels, and those that change their values. */
function seenBy({ input, mode, channels }: ModelCard): NonNullable<RunModel['sees']> {
  const { size, orientation, spacingMm, resize, values, mean, std, photometric, channelOrder } = input
  const words = (settings: Record<string, unknown>): Record<string, string> =>
    Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)]))
  return {
    place: words({ size, orientation, spacing: spacingMm, resize, mode }),
    values: words({ values, mean, std, photometric, 'channel order': channelOrder, channels })
  }
}

/** A model of which only maps are known: it has no answers, and what it was trained on is not said. */
function elsewhereModel({ id, architecture, replicate, role }: ExperimentModel): RunModel {
  return {
    id,
    title: id,
    architecture: architecture === 'unnamed' ? id : architecture,
    replicate,
    trainedOn: null,
    role,
    labels: [],
    activation: 'none',
    threshold: 0.5,
    foldedBatchNorm: false,
    elsewhere: true
  }
}

interface ModelFacts extends Required<Pick<RunModel, 'labels' | 'foldedBatchNorm' | 'leftTrained' | 'sha256'>> {
  readonly card: ModelCard
}

/** What the card and the graph of a model say; a localiser has no graph that could be explained. */
function modelFacts({ models, localisers }: ExperimentParts, { id, role }: ExperimentModel): ModelFacts {
  if (role === 'localiser') {
    const { card, sha256 } = localisers.find((one) => one.id === id)!
    return { card, labels: [...card.outputs[0].labels], foldedBatchNorm: false, leftTrained: [], sha256 }
  }
  const { card, graph, description, sha256 } = models.require(id)
  const labels = labelsOf(card.outputs[0], description.output.classes)
  return {
    card,
    labels,
    foldedBatchNorm: hasFoldedBatchNorm(graph),
    leftTrained: layersLeftOut(graph, card),
    sha256
  }
}

/** Null references are rows, never counted as methods. */
const nullReferences = ['random', 'edge']

function runMethod(method: RunnableMethod): RunMethod {
  if (method.kind === 'files') {
    const { id, models, byModel } = method
    return { id, title: id, role: 'method', models, imported: true, byModel }
  }
  const title = expressionTitle(method.expression)
  const renamed = method.id !== method.expression.text
  return {
    id: method.id,
    title: renamed ? `${title} (${method.id})` : title,
    role: nullReferences.includes(method.expression.base.id) ? 'reference' : 'method',
    models: method.models,
    imported: false
  }
}

/** By finding: what the experiment says, else what the file of its set says; nothing where no region is named. Throws what reading the set throws. */
function expectedRegionsOf({ experiment, loaded }: ExperimentParts): RunSpec['expectedRegions'] {
  if (experiment.regions === null) return []
  const { source, expected } = experiment.regions
  const ofSet = 'set' in source ? readRegionSet(loaded.path(source.set)).set.expected : []
  const stated = new Set(expected.map(({ label }) => label.toLowerCase()))
  return [...expected, ...ofSet.filter(({ label }) => !stated.has(label.toLowerCase()))]
    .filter(({ regions }) => regions.length > 0)
    .map((one) => ({ ...one, code: one.code === null ? null : codeWords(one.code) }))
}

/** How regions are fitted, in words; null where they are taken as drawn. */
function fitWords({ experiment, bodyModels }: ExperimentParts): string | null {
  const fit = experiment.regions?.fit ?? null
  if (fit === null) return null
  if (fit.by === 'landmarks') return fit.transform === 'affine' ? 'landmarks, affine' : 'landmarks, thin-plate spline'
  if (typeof fit.mask === 'object') return `what “${bodyModels.get(bodyModelKey(fit.mask))!.title}” draws on it`
  return fit.mask === 'automatic' ? 'the body, made from the image' : 'a mask of each case'
}

function gridWords({ experiment, models }: ExperimentParts): string {
  if (experiment.grid === 'image') return 'image'
  const explained = experiment.models.filter(({ role }) => role === 'classifier')
  const sizes = [...new Set(explained.map(({ id }) => models.require(id).card.input.size.toReversed().join(' × ')))]
  return `model ${sizes.join(', ')}`
}

import { existsSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { Fault } from '@engine/fault'
import { bodyModelOrders, type ExperimentParts } from './experiment-parts'
import type { Regions } from '@shared/experiment'
import { cardPathOf } from './card-file'
import { besideSet, readRegionSet } from './case-regions'
import { weightFiles } from './model-hash'

/** Files by the name they have in the experiment, with the path they lie at. */
type Places = Map<string, string>

/** Every file an experiment reads: what maps and predictions are functions of, and what is drawn on or said about the images. */
export interface ExperimentPlaces {
  readonly computed: ReadonlyMap<string, string>
  readonly drawn: ReadonlyMap<string, string>
}

export function experimentPlaces(parts: ExperimentParts): ExperimentPlaces {
  return { computed: computedPlaces(parts), drawn: drawnPlaces(parts) }
}

function computedPlaces(parts: ExperimentParts): Places {
  const { experiment, loaded, models } = parts
  const places: Places = new Map()
  const add = (name: string): unknown => name !== '' && places.set(name, loaded.path(name))
  const addWeights = (onnx: string, files: readonly string[]): void => {
    for (const file of files) places.set(posix.join(posix.dirname(onnx), file), join(dirname(loaded.path(onnx)), file))
  }
  for (const { id, onnx, card, role } of experiment.models) {
    if (onnx === '') continue
    add(onnx)
    add(card ?? '')
    if (role === 'classifier') addWeights(onnx, weightFiles(models.require(id).graph))
    const background = role === 'classifier' ? models.require(id).card.background : undefined
    if (background !== undefined) places.set(`${id}/${background}`, join(dirname(models.require(id).path), background))
  }
  for (const { image, variants } of experiment.cases)
    for (const path of [image, ...variants.map((v) => v.image)]) add(path)
  for (const [name, path] of mapPlaces(parts)) places.set(name, path)
  return places
}

/** Maps made elsewhere, as `method/case` or `method/model/case`; those that are missing are said where they are read. */
function mapPlaces({ experiment, methods }: ExperimentParts): Places {
  const places: Places = new Map()
  const classifiers = experiment.models.filter(({ role }) => role === 'classifier').map(({ id }) => id)
  for (const method of methods) {
    if (method.kind !== 'files') continue
    const models = method.byModel ? (method.models ?? classifiers) : ['']
    for (const model of models) {
      for (const { id } of experiment.cases) {
        const path = unlessMissing(() => method.path(id, model))
        if (path !== null) places.set([method.id, model, id].filter((part) => part !== '').join('/'), path)
      }
    }
  }
  return places
}

function drawnPlaces(parts: ExperimentParts): Places {
  const { experiment, loaded } = parts
  const { references, regions, body, space, cases } = experiment
  const places: Places = new Map()
  const add = (name: string): unknown => name !== '' && places.set(name, loaded.path(name))
  const addForCases = (pattern: string): void => {
    for (const { id } of cases) add(pattern.replaceAll('{case}', id))
  }
  for (const mask of cases.flatMap(({ masks }) => masks)) [mask.path, mask.afterReveal ?? ''].forEach(add)
  const average = references.averageMask
  if (average !== null && 'path' in average) add(average.path)
  if (typeof body?.mask === 'string') addForCases(body.mask)
  for (const { onnx, card } of bodyModelOrders(experiment)) {
    add(onnx)
    // The card decides where the model draws, also the one that lies beside it unnamed.
    if (card === null) places.set(cardPathOf(onnx), cardPathOf(loaded.path(onnx)))
    else add(card)
  }
  if (space !== null) {
    add(space.template)
    addForCases(space.transforms)
  }
  if (regions !== null) addRegions(regions, { places, loaded, add, addForCases })
  return places
}

interface Adding {
  readonly places: Places
  readonly loaded: ExperimentParts['loaded']
  add(name: string): unknown
  addForCases(pattern: string): void
}

function addRegions({ source, fit }: Regions, { places, loaded, add, addForCases }: Adding): void {
  if ('atlas' in source) addForCases(source.atlas)
  if ('set' in source) {
    add(source.set)
    const atlas = unlessMissing(() => atlasOfSet(loaded.path(source.set)))
    if (atlas !== null) places.set(`${source.set}/atlas`, atlas)
  }
  if (fit === null) return
  if (typeof fit.cases === 'string') addForCases(fit.cases)
  if (fit.by === 'mask' && typeof fit.mask === 'string' && fit.mask !== 'automatic') addForCases(fit.mask)
}

function atlasOfSet(path: string): string | null {
  if (!existsSync(path)) return null
  const { set, folder } = readRegionSet(path)
  return 'atlas' in set.source ? besideSet(folder, set.source.atlas) : null
}

/** What is missing or broken is said, with its case, by whoever reads it. */
function unlessMissing(place: () => string | null): string | null {
  try {
    return place()
  } catch (thrown) {
    if (thrown instanceof Fault) return null
    throw thrown
  }
}

import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path'
import * as v from 'valibot'
import type { RegionMap, Unavailable } from '@engine/criteria/experiment-run'
import { Fault } from '@engine/fault'
import { CaseFit, type RegionFit, RegionSet } from '@shared/region-set'
import type { ExperimentParts } from './experiment-parts'
import { statedBody } from './image-zones'
import type { GridScene } from './reader-outlines'
import { fittedLabels, loadedSet, type LoadedSet } from './region-fit'
import { regionMapOf, regionsOfLabels } from './region-sets'

/** The regions of a case, as drawn or fitted; what is missing for a fit is named. Throws what reading throws. */
export async function caseRegions(
  parts: ExperimentParts,
  { caseId, fitted }: { caseId: string; fitted: boolean },
  scene: GridScene
): Promise<RegionMap | Unavailable> {
  const { regions } = parts.experiment
  if (regions === null) return { unavailable: 'the experiment names no regions' }
  const ofCase = (path: string): string => parts.loaded.path(path.replaceAll('{case}', caseId))
  const { source } = regions
  const { set, folder } =
    'set' in source
      ? readRegionSet(parts.loaded.path(source.set))
      : { set: v.parse(RegionSet, { version: 1, title: '', source }), folder: null }
  const names = { ...set.names, ...regions.names }
  const atlas =
    'atlas' in set.source ? (folder === null ? ofCase(set.source.atlas) : besideSet(folder, set.source.atlas)) : null
  if (!fitted || regions.fit === null) return regionMapOf({ source: set.source, names }, atlas, scene)
  const loaded = await loadedSet(set, atlas)
  const placed = await placedLabels(loaded, { parts, caseId, ofCase }, scene)
  if (typeof placed === 'string') return { unavailable: placed }
  return regionsOfLabels(placed, scene, (label, fallback) => names[String(label)] ?? loaded.nameOf(label) ?? fallback)
}

async function placedLabels(
  set: LoadedSet,
  { parts, caseId, ofCase }: { parts: ExperimentParts; caseId: string; ofCase: (path: string) => string },
  { image }: GridScene
): Promise<Uint16Array | string> {
  const fit = parts.experiment.regions!.fit!
  const byHand = fitByHand(fit.cases, caseId, ofCase)
  if (fit.by === 'landmarks') {
    if (byHand === null) return 'no landmarks are set on this image'
    return fittedLabels(set, image, { by: fit.transform, landmarks: byHand.landmarks, offset: byHand.offset })
  }
  const mask = await statedBody(parts, { caseId, mask: fit.mask }, image)
  if (typeof mask === 'string') return mask
  return mask.includes(1)
    ? fittedLabels(set, image, { by: 'mask', mask, offset: byHand?.offset ?? [0, 0, 0] })
    : 'the mask that places the regions is empty'
}

/** What was set by hand on the image of a case, where anything was. */
function fitByHand(cases: RegionFit['cases'], caseId: string, ofCase: (path: string) => string): CaseFit | null {
  if (cases === null) return null
  if (typeof cases !== 'string') return cases[caseId] ?? null
  const path = ofCase(cases)
  return existsSync(path) ? readCaseFit(path) : null
}

/** A set of regions with the folder its atlas is relative to. Throws Fault `not-found`, `bad-file`. */
export function readRegionSet(path: string): { set: RegionSet; folder: string } {
  return { set: parsed(RegionSet, path, 'set of regions'), folder: dirname(path) }
}

/** A label image named by a set: in the set's folder or below, so that a set from elsewhere opens nothing else. Throws Fault `bad-file`. */
export function besideSet(folder: string, atlas: string): string {
  const path = resolve(folder, atlas)
  const inside = relative(folder, path)
  if (inside !== '' && !isAbsolute(inside) && !inside.startsWith('..')) return path
  throw new Fault('bad-file', 'The set of regions names a label image outside its folder.', {
    subject: basename(atlas),
    hint: 'Put the label image beside the set.'
  })
}

/** What a person set on one image. Throws Fault `not-found`, `bad-file`. */
export function readCaseFit(path: string): CaseFit {
  return parsed(CaseFit, path, 'fit of regions')
}

const mostBytes = 10_000_000

function parsed<T>(schema: v.GenericSchema<unknown, T>, path: string, what: string): T {
  const name = basename(path)
  if (!existsSync(path)) throw new Fault('not-found', `There is no ${what} “${name}”.`, { subject: name })
  const text = readFileSync(path)
  if (text.length > mostBytes) throw new Fault('too-large', `“${name}” is too large for a ${what}.`, { subject: name })
  let value: unknown
  try {
    value = JSON.parse(text.toString('utf8'))
  } catch (cause) {
    throw new Fault('bad-file', `“${name}” is not valid JSON.`, { subject: name, cause })
  }
  const found = v.safeParse(schema, value)
  if (found.success) return found.output
  const [issue] = found.issues
  throw new Fault(
    'bad-file',
    `“${name}” is wrong at “${v.getDotPath(issue) ?? 'its top level'}”: ${issue.message.replace(/\.$/u, '')}.`,
    {
      subject: name,
      hint: 'saliscope schema region-set prints what it holds.'
    }
  )
}

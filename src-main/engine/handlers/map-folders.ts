import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { readMapTree } from '@engine/formats/maps/map-tree'
import type { Job } from '@engine/job'
import type { LoadedExperiment } from './experiment-file'

/** Where the maps of a method lie. */
export interface MapPlaces {
  /** Every model has maps of its own (`{model}` in the path); else one file stands for all of them. */
  readonly byModel: boolean
  /** Throws Fault `not-found` where a folder holds no map of the case. */
  path(caseId: string, modelId: string): string
}

/**
 * Where the maps of a method lie: `folder/{case}.npy` is a pattern; a folder is a tree of mednet or ClinicaDL, or of files called by the
 * case. `{model}` stands for the id of a model. Throws Fault `bad-parameter` for a tree with several sets, `not-found` for one without a map of
 * these cases.
 */
export async function mapPaths(loaded: LoadedExperiment, maps: string, job: Job): Promise<MapPlaces> {
  if (!maps.includes('{model}')) {
    const path = await pathsByCase(loaded, maps, job)
    return { byModel: false, path: (caseId) => path(caseId) }
  }
  const byModel = new Map<string, (caseId: string) => string>()
  for (const { id, role } of loaded.experiment.models) {
    if (role === 'classifier') byModel.set(id, await pathsByCase(loaded, maps.replaceAll('{model}', id), job))
  }
  return { byModel: true, path: (caseId, modelId) => byModel.get(modelId)!(caseId) }
}

async function pathsByCase(loaded: LoadedExperiment, maps: string, job: Job): Promise<(caseId: string) => string> {
  const root = loaded.path(maps)
  if (maps.includes('{case}') || statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return (caseId) => loaded.path(maps.replaceAll('{case}', caseId))
  }
  const cases = loaded.experiment.cases.map(({ id, image, patient, session }) => ({
    id,
    image: loaded.path(image),
    patient: patient ?? null,
    session: session ?? null
  }))
  const { files } = await readMapTree(root, cases, job)
  return (caseId) => {
    const path = files.get(caseId)
    if (path !== undefined) return path
    throw new Fault('not-found', `“${basename(root)}” holds no map of the case ${caseId}.`, {
      subject: basename(root),
      hint: 'The other cases are scored.'
    })
  }
}

import type { LocaliserMap, Unavailable } from '@engine/criteria/experiment-run'
import { quietJob } from '@engine/job'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import type { ExperimentParts } from './experiment-parts'

/** The map of one of the experiment's localisers, from 0, on the grid of a classifier. Throws what the host throws. */
export async function localiserMapOf(
  { localisers, cases, experiment, signal }: ExperimentParts,
  { caseId, replicate, prepared }: { caseId: string; replicate: number; prepared: PreparedImage }
): Promise<LocaliserMap | Unavailable> {
  const localiser = localisers.at(replicate)
  if (localiser === undefined) return { unavailable: 'the experiment has no localisation model' }
  const place = {
    image: await cases.volume(caseId),
    prepared,
    grid: experiment.grid,
    label: cases.require(caseId).label
  }
  return localiser.map(place, quietJob(signal))
}

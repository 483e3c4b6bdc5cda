import { asFault, Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { Output } from '@shared/protocol'
import type { RevealedMap } from '@shared/reading-study'
import { queueMaps } from '../map'
import { modelIdOf } from '../model-shelf'
import type { Workbench } from '../workbench'

type Shown = Output<'reading.map'>

/**
 * The map of the protocol for the case on the screen: the one that is there or on its way, else a new one in the queue.
 * Throws Fault `usage` before it was shown, `not-found` where its model is gone.
 */
export async function revealedMap(workbench: Workbench, job: Job, again: boolean): Promise<Shown> {
  const { readings, maps, models } = workbench
  const { now } = readings
  if (now === null || now.revealed === null)
    throw new Fault('usage', 'No map is shown yet.', { hint: 'Finish the case first.' })
  const { modelId, expression, target, params } = now.revealed
  await openAgain(workbench, modelId, job)
  const model = models.list().find((one) => one.modelId === modelId)
  if (model === undefined) throw modelGone()
  const known = maps
    .list(now.caseId)
    .find((map) => map.modelId === modelId && map.expression === expression && !map.scrambled)
  if (known !== undefined && !(again && (known.state === 'failed' || known.state === 'cancelled')))
    return { model, map: known, jobId: null }
  const queued = queueMaps(workbench, {
    ...{ cases: [now.caseId], models: [modelId], methods: [{ expression, params }], target },
    ...{ of: 'logit', seed: 1, scrambled: null }
  })
  return { model, map: queued.maps[0], jobId: queued.jobId }
}

/** Opens the model of a study where a restart has closed it. */
async function openAgain(
  { models, sample, session }: Workbench,
  modelId: RevealedMap['modelId'],
  job: Job
): Promise<void> {
  if (models.list().some((one) => one.modelId === modelId)) return
  const earlier = session.read().open
  if (earlier.sample) await sample.openModels(job)
  for (const { path, card } of earlier.models) {
    if (models.list().some((one) => one.modelId === modelId)) return
    try {
      if ((await modelIdOf(path)) !== modelId) continue
      await models.open(path, job, card === null ? {} : { card })
    } catch (thrown) {
      // A file that cannot be read any more is not the one that is looked for; a stopped call stops.
      if (asFault(thrown).code === 'cancelled') throw thrown
    }
  }
}

const modelGone = (): Fault =>
  new Fault('not-found', 'The model whose map this study shows is not open.', {
    hint: 'Leave the reading, open the model file again, and come back to this case.'
  })

import { asFault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { FileProblem } from '@shared/vocabulary'
import { basename } from 'node:path'
import { maskFromFile } from './mask-files'
import { openDataset } from './dataset'
import { openCases } from './open-cases'
import type { OpenItems } from './open-items'
import type { Workbench } from './workbench'

/**
 * Opens again what the engine before this one had open; the same files get the same ids. What cannot be opened any more
 * is listed, the rest is opened all the same. Throws Fault `cancelled` only.
 */
export async function restoreOpen(workbench: Workbench, earlier: OpenItems, job: Job): Promise<FileProblem[]> {
  const { cases, models, sample, opened } = workbench
  const problems: FileProblem[] = []
  const attempt = async (file: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
      job.partial?.(cases.list())
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'cancelled') throw fault
      problems.push({ file, fault: fault.report() })
    }
  }

  if (earlier.sample) {
    await attempt('sample', async () => {
      await sample.openCases(job)
      opened.addSample()
      // The picture comes first; models take longer.
      job.partial?.(cases.list())
      await sample.openModels(job)
    })
  }
  for (const paths of earlier.files) {
    await attempt(basename(paths[0] ?? ''), async () => {
      problems.push(...(await openCases(workbench, paths, job)).problems)
      opened.addFiles(paths)
    })
  }
  for (const dataset of earlier.datasets) {
    await attempt(
      basename(dataset.path),
      async () => void problems.push(...(await openDataset(workbench, dataset, job)).problems)
    )
  }
  for (const { path, card } of earlier.models) {
    await attempt(basename(path), async () => {
      const known = models.list().find(({ modelId }) => models.require(modelId).path === path)
      const { modelId } = known ?? (await models.open(path, job))
      if (card !== null) await models.changeCard(modelId, card, { save: false, job })
      opened.addModel(path, card)
    })
  }
  for (const mask of earlier.masks) await attempt(basename(mask.path), () => restoreMask(workbench, mask))
  return problems
}

async function restoreMask({ cases, opened }: Workbench, mask: OpenItems['masks'][number]): Promise<void> {
  const imageName = basename(cases.require(mask.caseId).paths[0])
  const labelmap = await maskFromFile(mask.path, await cases.volume(mask.caseId), { imageName })
  cases.addMask(mask.caseId, { reader: mask.reader, load: async () => labelmap })
  opened.addMask(mask)
}

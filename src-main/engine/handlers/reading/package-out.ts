import { join } from 'node:path'
import { Fault } from '@engine/fault'
import { writeAssignment } from '@engine/formats/reader-package/write-package'
import { throwIfCancelled, type Job } from '@engine/job'
import type { StudyRow } from '@engine/project/reading-rows'
import { prepareFolder } from '../output-folder'
import { safeName } from '../safe-name'
import type { Workbench } from '../workbench'
import { withoutIdentity } from './reading-cases'
import { orderFor, readerOf, returnKeyOf } from './reading-place'
import { sourceCase } from './source-cases'
import { tellTrail } from './trail'

/** Ending of the files that readers carry. */
export const packageEnding = '.reading'

/** `Opacity-1-Reader-2.reading`, `Opacity-1-Reader-2-done.reading` */
export const packageName = (title: string, reader: string, done = ''): string =>
  `${safeName(title)}-${safeName(reader)}${done}${packageEnding}`

/** Writes the one file a reader carries away and returns its name. Throws what opening images and writing throw. */
export async function packageForReader(
  bench: Workbench,
  { row, readerId, folder }: { row: StudyRow; readerId: string; folder: string },
  job: Job
): Promise<string> {
  const { study } = row
  const reader = readerOf(study, readerId)
  if (row.package !== null)
    throw new Fault('usage', 'This study is organised elsewhere: its organiser makes the files.')
  prepareFolder(folder)
  const sources = []
  for (const wanted of study.cases) sources.push(await sourceCase(bench, wanted, job))
  const words = {
    study: { id: study.id, title: study.title },
    reader,
    seed: study.seed,
    askCertainty: study.askCertainty,
    idleSeconds: study.idleSeconds,
    segments: study.segments,
    listedOnly: study.listedOnly,
    readings: orderFor(row, readerId).map(({ caseIndex }) => caseIndex),
    returnKey: returnKeyOf(row, readerId)
  }
  const images = sources.map(({ caseId, modality }) => ({
    modality,
    load: async () => {
      throwIfCancelled(job)
      return withoutIdentity(await bench.cases.volume(caseId))
    }
  }))
  const name = packageName(study.title, reader.name)
  const told = (done: number): void => job.progress('Packing images', Math.min(done, images.length), images.length)
  const { sha256 } = await writeAssignment(join(folder, name), words, { images, told })
  const detail = { images: images.length }
  tellTrail(bench, { what: 'package made', subject: `${study.id} ${readerId}`, payload: sha256, detail })
  return name
}

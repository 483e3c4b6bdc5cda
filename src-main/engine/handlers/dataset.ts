import { basename, dirname, join, resolve } from 'node:path'
import { draftExperiment } from '@engine/formats/datasets/experiment'
import { datasetPreview } from '@engine/formats/datasets/preview'
import { datasetPlace } from '@engine/formats/datasets/place'
import { fittingReaders, type ReadDataset, readDataset } from '@engine/formats/datasets/read-dataset'
import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import type { Job } from '@engine/job'
import type { DatasetWishes } from '@shared/dataset'
import type { CaseSummary, FileProblem } from '@shared/vocabulary'
import { datasetCases } from './dataset-cases'
import type { OpenItems } from './open-items'
import { writeWhole } from './output-folder'
import type { Workbench } from './workbench'

type DatasetHandlers = Pick<Handlers, 'dataset.kinds' | 'dataset.preview' | 'dataset.import'>

/** Methods of an imported experiment until the user chooses others: they need no parameter and fit any network. */
export const firstMethods = ['gradient', 'integrated-gradients']

/** Datasets: what a folder or table would be imported as, and the import. */
export function datasetHandlers(workbench: Workbench): DatasetHandlers {
  const { options } = workbench
  const resolved = (grant: string | null | undefined): string | null =>
    grant === null || grant === undefined ? null : options.resolveGrant(grant)
  const asked = (order: Order): OpenItems['datasets'][number] => ({
    path: options.resolveGrant(order.grant),
    wishes: { ...noWishes, ...order.wishes },
    labelTable: resolved(order.labelTable)
  })
  return {
    async 'dataset.kinds'({ grant }, job) {
      const fitting = await fittingReaders(await datasetPlace(options.resolveGrant(grant), job))
      return fitting.map(({ kind, title }) => ({ kind, title }))
    },

    async 'dataset.preview'(order, job) {
      const { path, wishes, labelTable } = asked(order)
      return datasetPreview(await readDataset(path, { ...wishes, labelTable }, job))
    },

    async 'dataset.import'(order, job) {
      const { path, wishes, labelTable } = asked(order)
      const dataset = await readDataset(path, { ...wishes, labelTable }, job)
      requireCases(dataset)
      const save = resolved(order.save)
      const files = save === null ? [] : [saveExperiment(dataset, save)]
      if (order.open === false) return { cases: [], problems: [], files }
      const opened = await openRead(workbench, { order: { path, wishes, labelTable }, dataset }, job)
      return { ...opened, files }
    }
  }
}

interface Order {
  readonly grant: string
  readonly wishes?: Partial<DatasetWishes>
  readonly labelTable?: string | null
}

/** A dataset read as the preview proposes. */
export const noWishes: DatasetWishes = {
  kind: null,
  image: null,
  masks: null,
  label: null,
  splits: null,
  positive: null
}

/** Throws Fault `bad-file` for a dataset of which nothing matched. */
export function requireCases({ draft, place }: ReadDataset): void {
  if (draft.cases.length > 0) return
  throw new Fault('bad-file', `Nothing in “${place.name}” can be imported.`, {
    subject: place.name,
    hint: draft.unmatchedRows[0]?.why ?? draft.warnings[0] ?? 'The preview lists what was found.'
  })
}

/** Writes the experiment and returns its file name. Throws Fault `not-writable`. */
function saveExperiment(dataset: ReadDataset, place: string): string {
  const path = /\.json$/i.test(place) ? resolve(place) : join(resolve(place), 'experiment.json')
  const frame = { title: dataset.place.name, folder: dirname(path), models: [], methods: firstMethods }
  writeWhole(path, `${JSON.stringify(draftExperiment(dataset, frame), null, 2)}\n`)
  return basename(path)
}

/** Puts the cases of a dataset on the shelf, and keeps them for a restart. Throws what reading the dataset throws. */
export async function openDataset(
  workbench: Workbench,
  order: OpenItems['datasets'][number],
  job: Job
): Promise<{ cases: CaseSummary[]; problems: FileProblem[] }> {
  return openRead(
    workbench,
    { order, dataset: await readDataset(order.path, { ...order.wishes, labelTable: order.labelTable }, job) },
    job
  )
}

async function openRead(
  { cases, opened }: Workbench,
  { order, dataset }: { order: OpenItems['datasets'][number]; dataset: ReadDataset },
  job: Job
): Promise<{ cases: CaseSummary[]; problems: FileProblem[] }> {
  const { entries, problems } = await datasetCases(dataset, job)
  opened.addDataset(order)
  return { cases: cases.add(entries), problems }
}

import { basename, dirname, join, resolve } from 'node:path'
import { draftExperiment } from '@engine/formats/datasets/experiment'
import { datasetPreview } from '@engine/formats/datasets/preview'
import { type ReadDataset, readDataset } from '@engine/formats/datasets/read-dataset'
import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import type { Job } from '@engine/job'
import type { DatasetWishes } from '@shared/dataset'
import type { CaseSummary, FileProblem } from '@shared/vocabulary'
import { datasetCases } from './dataset-cases'
import { writeWhole } from './output-folder'
import { remember } from './recent-list'
import type { Workbench } from './workbench'

type DatasetHandlers = Pick<Handlers, 'dataset.preview' | 'dataset.import'>

/** Methods of an imported experiment until the user chooses others: they need no parameter and fit any network. */
export const firstMethods = ['gradient', 'integrated-gradients']

/** Datasets: what a folder or table would be imported as, and the import. */
export function datasetHandlers(workbench: Workbench): DatasetHandlers {
  const { options } = workbench
  const resolved = (grant: string | null | undefined): string | null =>
    grant === null || grant === undefined ? null : options.resolveGrant(grant)
  const read = (order: Order, job: Job): Promise<ReadDataset> =>
    readDataset(
      options.resolveGrant(order.grant),
      {
        ...noWishes,
        ...order.wishes,
        labelTable: resolved(order.labelTable)
      },
      job
    )
  return {
    async 'dataset.preview'(order, job) {
      return datasetPreview(await read(order, job))
    },

    async 'dataset.import'(order, job) {
      const dataset = await read(order, job)
      requireCases(dataset)
      const save = resolved(order.save)
      const files = save === null ? [] : [saveExperiment(dataset, save)]
      const opened = order.open === false ? { cases: [], problems: [] } : await open(workbench, dataset, job)
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
export const noWishes: DatasetWishes = { kind: null, image: null, masks: null, label: null, positive: null }

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
  writeWhole(path, `${JSON.stringify(draftExperiment(dataset.draft, frame), null, 2)}\n`)
  return basename(path)
}

async function open(
  { cases, session }: Workbench,
  dataset: ReadDataset,
  job: Job
): Promise<{ cases: CaseSummary[]; problems: FileProblem[] }> {
  const { entries, problems } = await datasetCases(dataset, job)
  const { root, name, named } = dataset.place
  remember(session, { kind: 'files', title: name, paths: [named === null ? root : join(root, named)] })
  return { cases: cases.add(entries), problems }
}

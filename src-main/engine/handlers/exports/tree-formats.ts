import { ClinicaDlTree } from '../trees/clinicadl-tree'
import type { MapTree, TreeRun } from '../trees/map-tree'
import { MednetTree } from '../trees/mednet-tree'
import type { ModelEntry } from '../model-shelf'
import type { ExportFormatWords } from './export-format'
import type { MapToWrite } from './map-to-write'

/** Choices of a user who writes maps as the tree of another system. */
export interface TreeWishes {
  /** mednet's `--positive-only`: models of one output leave samples without the finding out. */
  readonly positiveOnly: boolean
}

/** A tree of all chosen maps of one model, in the layout of another system. */
export interface TreeFormat extends ExportFormatWords {
  /** Why this map has no place in such a tree, as a sentence; null when it has. */
  refuses(map: Pick<MapToWrite, 'size'>): string | null
  begin(run: TreeRun, model: ModelEntry, wishes: TreeWishes): MapTree
}

const mednet: TreeFormat = {
  id: 'mednet',
  title: 'mednet tree',
  hint: 'Maps, views (hidden below 0.2, half plasma, green boxes) and interpretability.json as mednet lays them out; one tree a model.',
  group: 'tree',
  refuses: ({ size }) => (size[2] > 1 ? 'mednet explains pictures; this is a volume.' : null),
  begin: (run, model, { positiveOnly }) =>
    new MednetTree(run, model, { targetClass: 'highest', positiveOnly, targetLabel: 1 })
}

const clinicadl: TreeFormat = {
  id: 'clinicadl',
  title: 'ClinicaDL tree',
  hint: 'Signed maps and the mean of the group as .pt and NIfTI, as ClinicaDL lays them out in a MAPS folder; one tree a model.',
  group: 'tree',
  refuses: () => null,
  begin: (run, model) =>
    new ClinicaDlTree(run, model, { split: 0, metric: 'loss', dataGroup: 'saliscope', overwrite: true })
}

/** Every tree maps can be laid out as, in the order of the export sheet. */
export const treeFormats: readonly TreeFormat[] = [mednet, clinicadl]

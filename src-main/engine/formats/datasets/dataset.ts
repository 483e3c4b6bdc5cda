import type { DatasetPlace } from '@engine/formats/datasets/place'
import type { Job } from '@engine/job'
import type { DatasetChoice, DatasetKind, DatasetWishes, LeftOut } from '@shared/dataset'
import type { Box } from '@shared/experiment'

/** One case as a reader of datasets found it; paths are absolute. */
export interface DraftCase {
  readonly id: string
  patient: string | null
  readonly session: string | null
  group: string | null
  split: string | null
  /** A file, or the folder of a series. */
  readonly image: string
  /** Which DICOM series of a folder that holds several; null elsewhere. */
  readonly series: string | null
  label: string | null
  readonly masks: DraftMask[]
  readonly boxes: Box[]
  /** Further names by which a table of labels may call the case (file name, UIDs, PatientID); never written out. */
  readonly keys: readonly string[]
}

export interface DraftMask {
  readonly reader: string
  readonly path: string
  readonly confidence: number | null
}

/** Everything a reader found: what will be imported, what will not and why, what it had to assume. */
export interface DatasetDraft {
  readonly cases: DraftCase[]
  readonly unmatchedImages: LeftOut[]
  readonly unmatchedMasks: LeftOut[]
  readonly unmatchedRows: LeftOut[]
  readonly duplicates: LeftOut[]
  readonly assumptions: string[]
  readonly warnings: string[]
  images: DatasetChoice
  masks: DatasetChoice
  labels: DatasetChoice
}

/** One kind of dataset: a plain object in its own file, plus one line in `index.ts`. */
export interface DatasetReader {
  readonly kind: DatasetKind
  /** In words, for the screen: "BIDS tree". */
  readonly title: string
  /** True for kinds that most other kinds would fit too: offered only where nothing surer fits. */
  readonly generic?: boolean
  /** Recognises a dataset by what it holds, never by the name of its folder. */
  recognises(place: DatasetPlace): Promise<boolean>
  /** Throws Fault `bad-file` where a table or description is unreadable as a whole, `bad-parameter` for a wish that fits nothing, and `cancelled`. */
  read(place: DatasetPlace, wishes: DatasetWishes, job: Job): Promise<DatasetDraft>
}

export const noChoice: DatasetChoice = { chosen: [], options: [] }

/** A draft with nothing in it yet. */
export function emptyDraft(): DatasetDraft {
  return {
    cases: [],
    unmatchedImages: [],
    unmatchedMasks: [],
    unmatchedRows: [],
    duplicates: [],
    assumptions: [],
    warnings: [],
    images: noChoice,
    masks: noChoice,
    labels: noChoice
  }
}

/** A case with nothing known but its id and image. */
export function draftCase(known: Pick<DraftCase, 'id' | 'image'> & Partial<DraftCase>): DraftCase {
  return {
    patient: null,
    session: null,
    group: null,
    split: null,
    series: null,
    label: null,
    masks: [],
    boxes: [],
    keys: [],
    ...known
  }
}

import type { Volume } from '@engine/geometry/volume'
import type { CaseEntry } from '../case-shelf'
import type { ReaderMask } from '../reference-masks'
import type { ExportFormatWords } from './export-format'
import type { ExportIdentity } from '@shared/exports'

/** A case with its outlines on the grid of its image. */
export interface MaskItem {
  readonly entry: CaseEntry
  /** Safe as a file name, and different for every case of one export. */
  readonly caseName: string
  readonly image: Volume
  readonly masks: readonly ReaderMask[]
  readonly identity: ExportIdentity
  /** Version of Saliscope. */
  readonly version: string
}

/** A format of outlines: files of one case, below a folder of its name. */
export interface MaskFormat extends ExportFormatWords {
  /** Why the outlines of this case cannot be written so, as a sentence; null when they can. */
  refuses(entry: CaseEntry): string | null
  /** Content by file name. */
  content(item: MaskItem): Promise<ReadonlyMap<string, Uint8Array>>
}

import type { CaseEntry } from '../case-shelf'
import type { ExportFormatWords } from './export-format'

/** A format of whole cases. */
export interface CaseFormat extends ExportFormatWords {
  /** Why this case cannot be written so, as a sentence; null when it can. */
  refuses(entry: Pick<CaseEntry, 'modality' | 'words' | 'series'>): string | null
}

/** The case's own files without identity, pixels as they are. */
const dicom: CaseFormat = {
  id: 'dicom',
  title: 'DICOM without identity',
  hint: 'The files of the case under a pseudonym, pixels byte for byte as they are.',
  group: 'dicom',
  refuses({ words, series }) {
    if (typeof series === 'string')
      return 'It is one series of a folder with several: open that folder and export it there.'
    return words === null ? 'It was not opened from DICOM files; only those can be de-identified.' : null
  }
}

/** Every format a case can be written as, in the order of the export sheet. */
export const caseFormats: readonly CaseFormat[] = [dicom]

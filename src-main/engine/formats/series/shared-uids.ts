import type { DicomFacts } from '@engine/formats/dicom/dicom-image'

/** Words for files that carry one instance UID although they differ: a careless export, or a processed image that kept its UID. */
export function sharedUidWords(files: readonly DicomFacts[]): string[] {
  const uids = files.map(({ header }) => header.sopInstanceUid).filter((uid) => uid !== '')
  return new Set(uids).size === uids.length
    ? []
    : ['Several files carry the same instance UID although they differ; all are used.']
}

import type { DicomFacts } from '@engine/formats/dicom/dicom-image'

export interface WithoutCopies {
  /** In the order given. */
  readonly files: readonly DicomFacts[]
  readonly warnings: readonly string[]
}

/**
 * Leaves out second copies of an instance: same SOP Instance UID and the same image. Files that share a UID but differ
 * (a careless export) all stay, and it is said.
 */
export function withoutCopies(files: readonly DicomFacts[]): WithoutCopies {
  const shared = sharedUids(files)
  if (shared.size === 0) return { files, warnings: [] }
  const seen = new Map<string, Set<string>>()
  let contradictions = 0
  const kept = files.filter((file) => {
    const uid = file.header.sopInstanceUid
    if (!shared.has(uid)) return true
    const print = imprint(file)
    const others = seen.get(uid) ?? new Set()
    if (others.has(print)) return false
    if (others.size > 0) contradictions++
    seen.set(uid, others.add(print))
    return true
  })
  const copies = files.length - kept.length
  const warnings: string[] = []
  if (copies > 0) warnings.push(`${counted(copies)} of an instance that is already there, left out.`)
  if (contradictions > 0) warnings.push('Several files carry the same instance UID although they differ; all are used.')
  return { files: kept, warnings }
}

/** Instance UIDs that more than one file carries. */
function sharedUids(files: readonly DicomFacts[]): Set<string> {
  const once = new Set<string>()
  const shared = new Set<string>()
  for (const { header } of files) {
    const uid = header.sopInstanceUid
    if (uid !== '' && once.has(uid)) shared.add(uid)
    once.add(uid)
  }
  return shared
}

function counted(copies: number): string {
  return copies === 1 ? '1 file is a copy' : `${copies} files are copies`
}

/** What two files must share to be one instance. */
function imprint({ header, pixels, geometry, moments }: DicomFacts): string {
  return JSON.stringify([header.instanceNumber, pixels, geometry[0], moments[0]])
}

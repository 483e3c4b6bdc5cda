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
  const byUid = new Map<string, Set<string>>()
  const kept: DicomFacts[] = []
  let copies = 0
  let contradictions = 0
  for (const file of files) {
    const uid = file.header.sopInstanceUid
    if (uid === '') {
      kept.push(file)
      continue
    }
    const print = imprint(file)
    const prints = byUid.get(uid)
    if (prints?.has(print) === true) {
      copies++
      continue
    }
    if (prints === undefined) byUid.set(uid, new Set([print]))
    else {
      prints.add(print)
      contradictions++
    }
    kept.push(file)
  }
  const warnings: string[] = []
  if (copies > 0) warnings.push(`${counted(copies)} of an instance that is already there, left out.`)
  if (contradictions > 0) warnings.push('Several files carry the same instance UID although they differ; all are used.')
  return { files: kept, warnings }
}

function counted(copies: number): string {
  return copies === 1 ? '1 file is a copy' : `${copies} files are copies`
}

/** What two files must share to be one instance. */
function imprint({ header, pixels, geometry, moments }: DicomFacts): string {
  return JSON.stringify([header.instanceNumber, pixels, geometry[0], moments[0]])
}

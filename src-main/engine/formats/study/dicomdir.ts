import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { Fault } from '@engine/fault'
import { sequenceItems, text, textValues } from '@engine/formats/dicom/elements'
import { dicomLayout } from '@engine/formats/dicom/layout'
import { parseDicom } from '@engine/formats/dicom/parse'
import { tag } from '@engine/formats/dicom/tags'
import { readSourceFile } from '@engine/formats/source-file'

/** Media Storage Directory Storage: the SOP class of a DICOMDIR. */
const directoryClass = '1.2.840.10008.1.3.10'

export interface DirectoryFiles {
  /** Existing files inside the DICOMDIR's own folder. */
  readonly paths: readonly string[]
  /** References that lead nowhere or out of the folder. */
  readonly refused: readonly Fault[]
}

/** Whether the first bytes of a file are those of a DICOMDIR. */
export function isDicomDir(head: Uint8Array): boolean {
  return dicomLayout(head)?.hasPreamble === true && Buffer.from(head).toString('latin1').includes(directoryClass)
}

/**
 * Files a DICOMDIR names, each proven to lie inside its folder after links are followed.
 * Names are matched without regard to case, as discs copied to disk often change it.
 * Source: DICOM PS3.10 section 8; path traversal as in CVE-2026-32711 is refused.
 */
export async function dicomDirFiles(path: string): Promise<DirectoryFiles> {
  const { dataSet } = parseDicom(await readSourceFile(path))
  const root = await realpath(dirname(path))
  const listings: Listings = new Map()
  const paths = new Set<string>()
  const refused: Fault[] = []
  for (const record of sequenceItems(dataSet, tag.DirectoryRecordSequence)) {
    const parts = textValues(record, tag.ReferencedFileID)
    if (parts.length === 0 || text(record, tag.DirectoryRecordType) === '') continue
    const found = await resolveInside({ root, listings }, parts)
    if (found instanceof Fault) refused.push(found)
    else paths.add(found)
  }
  return { paths: [...paths], refused }
}

/** Names in the folders of a disc: thousands of records ask for the same few. */
type Listings = Map<string, Promise<ReadonlyMap<string, string>>>

interface Disc {
  readonly root: string
  readonly listings: Listings
}

async function resolveInside({ root, listings }: Disc, parts: readonly string[]): Promise<string | Fault> {
  const name = parts[parts.length - 1]
  const unsafe = parts.some((part) => part === '' || part === '.' || part === '..' || /[/\\:\0]/.test(part))
  if (unsafe) return outside(basename(name))
  const direct = join(root, ...parts)
  const existing = (await realpath(direct).catch(() => null)) ?? (await withoutCase({ root, listings }, parts))
  if (existing === null) {
    return new Fault('not-found', `The DICOMDIR names “${name}”, which is not there.`, {
      subject: name,
      hint: 'Copy the whole disc, with its folders.'
    })
  }
  return existing.startsWith(root.endsWith(sep) ? root : root + sep) ? existing : outside(name)
}

async function withoutCase({ root, listings }: Disc, parts: readonly string[]): Promise<string | null> {
  let folder = root
  for (const part of parts) {
    let listing = listings.get(folder)
    if (listing === undefined) listings.set(folder, (listing = namesByLowerCase(folder)))
    const match = (await listing).get(part.toLowerCase())
    if (match === undefined) return null
    folder = join(folder, match)
  }
  return realpath(folder).catch(() => null)
}

async function namesByLowerCase(folder: string): Promise<ReadonlyMap<string, string>> {
  const names: string[] = await readdir(folder).catch(() => [])
  return new Map(names.map((name) => [name.toLowerCase(), name]))
}

function outside(name: string): Fault {
  return new Fault('bad-file', `The DICOMDIR names a file outside its folder (“${name}”); it was not opened.`, {
    subject: name,
    hint: 'Open the files themselves.'
  })
}

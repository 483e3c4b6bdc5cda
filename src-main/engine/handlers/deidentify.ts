import { existsSync, readFileSync, statSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { basename, join, relative, resolve } from 'node:path'
import type { FaultReport } from '@shared/fault'
import { asFault, Fault } from '@engine/fault'
import { attributeDictionary } from '@engine/formats/dicom/attribute-dictionary'
import { type Deidentified, deidentifyDicom, type DeidentifyOrder } from '@engine/formats/dicom/deidentify/deidentify'
import { knownWords } from '@engine/formats/dicom/deidentify/known-words'
import type { ProfileOptions } from '@engine/formats/dicom/deidentify/profile-action'
import { pseudonyms } from '@engine/formats/dicom/deidentify/pseudonyms'
import { readSourceFile } from '@engine/formats/source-file'
import { type Job, throwIfCancelled } from '@engine/job'
import { csvLines } from '@shared/csv-lines'
import { prepareFolder, writeWhole } from './output-folder'

export interface DeidentifyRun extends ProfileOptions {
  readonly files: readonly string[]
  readonly out: string
  /** Secret of the project; made when the file does not exist. */
  readonly saltFile: string
  /** Where the table of what became what is kept: it names the originals, so never inside `out`. */
  readonly table: string
  readonly acceptBurnedIn: boolean
  readonly version: string
}

export type DeidentifyOutcome =
  | { readonly path: string; readonly file: string; readonly done: Omit<Deidentified, 'bytes'> }
  | { readonly path: string; readonly fault: FaultReport }

/**
 * Writes every file without identity below `out`, under names made of pseudonyms, and the table of what was done. One file that
 * cannot be exported does not stop the others. Throws Fault `not-writable`, `bad-parameter` or `cancelled`.
 */
export async function deidentifyFiles(run: DeidentifyRun, job: Job): Promise<DeidentifyOutcome[]> {
  requireOutside(run)
  prepareFolder(run.out)
  const dictionary = await attributeDictionary()
  const order: DeidentifyOrder = {
    options: run,
    pseudonyms: pseudonyms(projectSalt(run.saltFile)),
    dictionary,
    known: knownWords(dictionary),
    acceptBurnedIn: run.acceptBurnedIn,
    version: run.version
  }
  const outcomes: DeidentifyOutcome[] = []
  const taken = new Set<string>()
  for (const [index, path] of run.files.entries()) {
    throwIfCancelled(job)
    outcomes.push(await exportOne(path, order, { out: run.out, taken }))
    job.progress('files', index + 1, run.files.length)
  }
  writeSecret(run.table, tableOf(outcomes))
  return outcomes
}

async function exportOne(
  path: string,
  order: DeidentifyOrder,
  { out, taken }: { out: string; taken: Set<string> }
): Promise<DeidentifyOutcome> {
  try {
    const { bytes, ...done } = deidentifyDicom(await readSourceFile(path), order)
    const file = fileName(done)
    if (taken.has(file)) {
      throw new Fault('bad-file', `“${basename(path)}” is a second copy of an instance that was exported already.`, {
        subject: basename(path),
        hint: 'One copy is enough; leave the other out if their contents differ.'
      })
    }
    taken.add(file)
    writeWhole(join(out, file), bytes)
    return { path, file, done }
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'not-writable' || fault.code === 'internal') throw fault
    return { path, fault: fault.report() }
  }
}

/** Folders and names made of the new identifiers alone. */
function fileName({ patient, studyUid, seriesUid, sopInstanceUid }: Omit<Deidentified, 'bytes'>): string {
  const short = (uid: string): string => (uid === '' ? 'none' : uid.replace(/^2\.25\./, '').slice(-16))
  return join(patient, `study-${short(studyUid)}`, `series-${short(seriesUid)}`, `${short(sopInstanceUid)}.dcm`)
}

const saltBytes = 32

/** The project's secret: read, or made when it does not exist. Throws Fault `bad-parameter` when it is too short to be one. */
function projectSalt(path: string): Uint8Array {
  if (!existsSync(path)) {
    const salt = randomBytes(saltBytes)
    writeSecret(path, `${salt.toString('hex')}\n`)
    return salt
  }
  const text = statSync(path).isFile() ? readFileSync(path, 'latin1').trim() : ''
  if (text.length < 16) {
    throw new Fault('bad-parameter', `The salt file “${basename(path)}” holds no secret.`, {
      subject: basename(path),
      hint: 'It needs at least 16 characters; name a file that does not exist to have one made.'
    })
  }
  return /^[0-9a-f]+$/i.test(text) && text.length % 2 === 0 ? Buffer.from(text, 'hex') : Buffer.from(text, 'latin1')
}

/** For its owner only. */
function writeSecret(path: string, content: string): void {
  writeWhole(path, content, 0o600)
}

/** What names originals, and the key to the pseudonyms, must not travel with the export. */
function requireOutside({ out, table, saltFile }: DeidentifyRun): void {
  for (const path of [table, saltFile]) {
    const inside = relative(resolve(out), resolve(path))
    if (inside !== '' && (inside.startsWith('..') || inside.startsWith('/'))) continue
    throw new Fault('bad-parameter', `“${basename(path)}” must not lie inside the export.`, {
      subject: basename(path),
      hint: 'It lets others find out who the patients are: keep it elsewhere.'
    })
  }
}

const columns = [
  ...['original', 'file', 'patient', 'study', 'series', 'instance'],
  ...['removed', 'emptied', 'replaced', 'uids', 'cleaned', 'dates', 'kept', 'remarks', 'refused']
]

function tableOf(outcomes: readonly DeidentifyOutcome[]): string {
  const rows = outcomes.map((outcome) => {
    if ('fault' in outcome) return [outcome.path, ...Array<string>(13).fill(''), outcome.fault.message]
    const { done, file, path } = outcome
    const { removed, emptied, replaced, uids, cleaned, dates, kept } = done.tally
    return [
      ...[path, file, done.patient, done.studyUid, done.seriesUid, done.sopInstanceUid],
      ...[removed, emptied, replaced, uids, cleaned, dates, kept].map(String),
      done.remarks.join('; '),
      ''
    ]
  })
  return csvLines([columns, ...rows])
}

import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { FaultReport } from '@shared/fault'
import { asFault, type Fault } from '@engine/fault'
import { concurrently } from '@shared/concurrently'
import type { DicomFacts } from '@engine/formats/dicom/dicom-image'
import type { DicomObject } from '@engine/formats/dicom/objects/dicom-object'
import type { FileExtent, FileKind } from '@engine/formats/format'
import type { FileRefusal } from '@engine/formats/load-series'
import { noPatientWords, type PatientWords } from '@engine/formats/patient-words'
import { notAnImage } from '@engine/formats/recognise'
import { readStart } from '@engine/formats/source-file'
import { dicomDirFiles, isDicomDir } from '@engine/formats/study/dicomdir'
import { byteCopies, type InstanceFile } from '@engine/formats/study/duplicates'
import { headersPerBatch, readFacts } from '@engine/formats/study/facts-task'
import type { FileFacts } from '@engine/formats/study/file-facts'
import { FinishedFolders } from '@engine/formats/study/finished-folders'
import { findFiles, type FoundFile } from '@engine/formats/study/find-files'
import { throwIfCancelled, type Job } from '@engine/job'

/** One series: DICOM files with one series UID, or a single file of another format. */
export interface IndexedSeries {
  /** Stable for the same files: made of the series UID or the path. */
  readonly id: string
  readonly kind: FileKind
  /** "CT", "MR"… or the name of the format. */
  readonly modality: string
  readonly description: string
  /** Frames of all files together for DICOM; null when only decoding tells. */
  readonly extent: FileExtent | null
  readonly files: readonly string[]
  /** DICOM headers by file, for planning volumes before decoding; empty for other formats. */
  readonly dicom: readonly DicomFacts[]
  /** Files left out because they repeat one of these byte for byte. */
  readonly copies: number
}

export interface IndexedStudy {
  readonly id: string
  /** For the screen: patient name or id, else the file's name. */
  readonly label: string
  /** null for files that are not DICOM; never logged. */
  readonly patient: PatientWords | null
  readonly series: readonly IndexedSeries[]
}

export interface StudyIndex {
  readonly studies: readonly IndexedStudy[]
  /** Segmentations, maps, structure sets, reports and presentation states: about images of these or other studies. */
  readonly objects: readonly DicomObject[]
  readonly problems: readonly FileRefusal[]
  /** Files found in folders that are no images (texts, reports, models). */
  readonly passedOver: number
}

interface Entry {
  readonly path: string
  readonly facts: Exclude<FileFacts, { readonly kind: 'onnx' | 'other' | 'object' }>
}

/** Reasons for which a file that was merely found in a folder is passed over: it is no image. */
const passable = new Set<Fault['code']>(['unsupported-file', 'no-pixels'])

/** Batches under way: one for every thread of a pool and one waiting. */
const batchesAtOnce = 5

/** Told of series whose folders are read to the end, before everything is: at most once in `earlyMs`. */
export type EarlyStudies = (studies: readonly IndexedStudy[]) => void

const earlyMs = 1000

/**
 * Sorts files and folders into studies and series by their headers alone; nothing is decoded.
 * Throws Fault `not-found` for a path that does not exist and `cancelled`; everything else is a problem in the list.
 */
export async function indexStudies(paths: readonly string[], job: Job, early?: EarlyStudies): Promise<StudyIndex> {
  const found = await findFiles(paths, job)
  const { files, problems } = await withDirectories(found.files, job)
  problems.push(...found.problems)
  const entries: Entry[] = []
  const objects: DicomObject[] = []
  const finished = new FinishedFolders<Entry>(early === undefined ? [] : files.map(({ path }) => path))
  let toldAt = performance.now()
  let passedOver = 0
  let done = 0
  await concurrently(batchesOf(files), batchesAtOnce, async (batch) => {
    throwIfCancelled(job)
    const answers = await readFacts(batch.map(({ path }) => path))
    answers.forEach(({ facts, fault }, index) => {
      const { path, named } = batch[index]
      const refused = fault ?? noImage(facts, path)
      if (facts !== null && 'object' in facts && facts.object !== undefined) objects.push(facts.object)
      if (facts?.kind === 'object') return
      if (refused === null) {
        const entry = { path, facts: facts as Entry['facts'] }
        entries.push(entry)
        if (early !== undefined) finished.add(keysOf(entry).join(' '), path, entry)
      } else if (!named && passable.has(refused.code)) passedOver++
      else problems.push({ path, file: basename(path), fault: refused })
    })
    for (const { path } of batch) finished.done(path)
    done += batch.length
    job.progress('Reading files', done, files.length)
    if (early === undefined || performance.now() - toldAt < earlyMs) return
    toldAt = performance.now()
    const whole = finished.take().sort((first, second) => (first.path < second.path ? -1 : 1))
    if (whole.length > 0) early(studiesOf(whole))
  })
  throwIfCancelled(job)
  const byPath = (first: { readonly path: string }, second: { readonly path: string }): number =>
    first.path < second.path ? -1 : 1
  entries.sort(byPath)
  const copies = await byteCopies(entries.flatMap(instanceOf), job)
  const original = ({ path }: { readonly path: string }): boolean => !copies.has(path)
  return {
    studies: studiesOf(entries.filter(original), copies),
    objects: objects.filter(original).sort(byPath),
    problems: problems.sort(byPath),
    passedOver
  }
}

function instanceOf({ path, facts }: Entry): InstanceFile[] {
  return facts.kind === 'dicom' ? [{ path, sopInstanceUid: facts.dicom.header.sopInstanceUid }] : []
}

function batchesOf(files: readonly FoundFile[]): FoundFile[][] {
  return Array.from({ length: Math.ceil(files.length / headersPerBatch) }, (_, batch) =>
    files.slice(batch * headersPerBatch, (batch + 1) * headersPerBatch)
  )
}

function noImage(facts: FileFacts | null, path: string): FaultReport | null {
  if (facts === null || (facts.kind !== 'onnx' && facts.kind !== 'other')) return null
  return notAnImage(facts.kind, basename(path), facts.kind === 'other' ? (facts.foreign ?? null) : null).report()
}

/** A DICOMDIR stands for the files it names; its own entry leaves the list. */
async function withDirectories(
  found: readonly FoundFile[],
  job: Job
): Promise<{ files: FoundFile[]; problems: FileRefusal[] }> {
  const files = new Map<string, FoundFile>()
  const problems: FileRefusal[] = []
  for (const file of found) {
    throwIfCancelled(job)
    // Discs name it DICOMDIR; copies carry suffixes such as DICOMDIR-bigEnd.
    if (!/dicomdir/i.test(basename(file.path)) || !isDicomDir(await startOrNothing(file.path))) {
      files.set(file.path, file)
      continue
    }
    try {
      const { paths, refused } = await dicomDirFiles(file.path)
      for (const path of paths) if (!files.has(path)) files.set(path, { path, named: false })
      problems.push(...refused.map((fault) => refusal(file.path, fault)))
    } catch (thrown) {
      problems.push(refusal(file.path, asFault(thrown)))
    }
  }
  return { files: [...files.values()], problems }
}

/** What cannot be read is no directory; reading it as an image says why. */
function startOrNothing(path: string): Promise<Uint8Array> {
  return readStart(path).catch(() => new Uint8Array(0))
}

/** `copies`: paths of files left out, each with the path of the file it repeats. */
function studiesOf(entries: readonly Entry[], copies: ReadonlyMap<string, string> = new Map()): IndexedStudy[] {
  const repeated = new Map<string, number>()
  for (const first of copies.values()) repeated.set(first, (repeated.get(first) ?? 0) + 1)
  const studies = new Map<string, Map<string, Entry[]>>()
  for (const entry of entries) {
    const [study, series] = keysOf(entry)
    const inStudy = studies.get(study) ?? new Map<string, Entry[]>()
    studies.set(study, inStudy)
    const members = inStudy.get(series)
    if (members === undefined) inStudy.set(series, [entry])
    else members.push(entry)
  }
  return [...studies].map(([key, bySeries]) => {
    // By number, as scanners and reading rooms list them; names of files say nothing about their order.
    const series = [...bySeries]
      .map(([seriesKey, members]) => seriesOf(seriesKey, members, repeated))
      .sort((one, other) => seriesNumber(one) - seriesNumber(other))
    const [first] = [...bySeries.values()][0]
    const patient = first.facts.kind === 'dicom' ? first.facts.dicom.header.patient : null
    const label = patient === null ? basename(first.path) : patient.name || patient.id || basename(first.path)
    return { id: shortHash(key), label, patient, series }
  })
}

function seriesNumber({ dicom }: IndexedSeries): number {
  return dicom[0]?.header.seriesNumber ?? 0
}

function keysOf({ path, facts }: Entry): [study: string, series: string] {
  if (facts.kind !== 'dicom') return [`file ${path}`, `file ${path}`]
  const { studyUid, seriesUid, patient } = facts.dicom.header
  const study = studyUid === '' ? `patient ${patient.id}` : studyUid
  // Careless anonymisation gives two people one series UID: their slices must not be mixed.
  return [study, seriesUid === '' ? `file ${path}` : `${study} ${seriesUid} ${patient.id}`]
}

function seriesOf(key: string, members: readonly Entry[], repeated: ReadonlyMap<string, number>): IndexedSeries {
  const files = members.map(({ path }) => path)
  const [{ path, facts }] = members
  if (facts.kind !== 'dicom') {
    const modality = facts.kind === 'nifti' ? 'NIfTI' : facts.kind === 'nrrd' ? 'NRRD' : 'Image'
    return {
      id: shortHash(key),
      kind: facts.kind,
      modality,
      description: basename(path),
      extent: facts.extent,
      files,
      dicom: [],
      copies: 0
    }
  }
  const dicom = members.flatMap((member) => (member.facts.kind === 'dicom' ? [member.facts.dicom] : []))
  const words = facts.dicom.header.patient ?? noPatientWords
  const frames = dicom.reduce((sum, file) => sum + file.pixels.frames, 0)
  return {
    id: shortHash(key),
    kind: 'dicom',
    modality: words.modality,
    description: words.seriesDescription || words.studyDescription || words.bodyPart,
    extent: { size: [facts.dicom.pixels.columns, facts.dicom.pixels.rows, frames], volumes: 1 },
    files,
    dicom,
    copies: files.reduce((sum, file) => sum + (repeated.get(file) ?? 0), 0)
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function refusal(path: string, fault: Fault): FileRefusal {
  return { path, file: basename(path), fault: fault.report() }
}

import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { Fault } from '@engine/fault'
import { concurrently } from '@shared/concurrently'
import { decodeFile, type DecodeFile } from '@engine/formats/decode-task'
import { discard } from '@engine/formats/discard'
import { attachObjects, type SeriesIdentity } from '@engine/formats/attach-objects'
import type { DicomFacts } from '@engine/formats/dicom/dicom-image'
import type { DicomObject } from '@engine/formats/dicom/objects/dicom-object'
import type { FileExtent, FileKind } from '@engine/formats/format'
import { fileAddress } from '@engine/formats/file-address'
import { loadVolume, noPicture } from '@engine/formats/load'
import { countedWarnings, filesAtOnce, type FileRefusal } from '@engine/formats/load-series'
import type { PatientWords } from '@engine/formats/patient-words'
import { oneSlice, sliceOf } from '@engine/formats/series/one-slice'
import { planVolumes, type PlannedVolume } from '@engine/formats/series/plan'
import { GrowingVolume } from '@engine/formats/series/stack'
import { indexStudies, type IndexedSeries, type IndexedStudy } from '@engine/formats/study/study-index'
import { throwIfCancelled, type Job } from '@engine/job'
import type { Volume } from '@engine/geometry/volume'

/** One thing to look at: a volume of a series, or a picture; its voxels are read on demand. */
export interface OpenedSeries {
  /** The same files give the same key. */
  readonly key: string
  /** Base name of its first file. */
  readonly name: string
  readonly kind: FileKind
  /** DICOM only; for the screen, never for logs. */
  readonly tags: PatientWords | null
  /** What sets it apart from its siblings ("time 3 of 10"); '' when it is alone. */
  readonly label: string
  /** `[columns, rows, slices]`. */
  readonly size: Volume['size']
  /** null where there is none, or where only decoding tells. */
  readonly spacingMm: Volume['spacingMm']
  /** The study it belongs to; null for files that are a study of their own. */
  readonly study: { readonly id: string; readonly description: string } | null
  /** Which of several volumes of its series it is (time points); null when it is alone. */
  readonly part: SeriesPart | null
  readonly warnings: readonly string[]
  readonly paths: readonly string[]
  /** DICOM only: what objects refer to it by. */
  readonly identity?: SeriesIdentity
  /** Objects among the opened files that are about this series. */
  readonly attached?: readonly DicomObject[]
  /** Throws the Faults of the files, and `cancelled`. */
  load(options?: LoadVoxels): Promise<Volume>
  /** One slice alone, at its place: for a first picture while the others are still read. Throws like `load`, and `bad-parameter`. */
  loadSlice(slice: number, options?: LoadVoxels): Promise<Volume>
}

export interface LoadVoxels {
  /** Where decoding runs; default where the process decided. */
  readonly decode?: DecodeFile
  readonly job?: Job
  /** Told what only decoding brings to light: cut files, odd codings. */
  readonly tell?: (warnings: readonly string[]) => void
}

/** A volume among the volumes of its series. */
export interface SeriesPart {
  /** The same for all of them. */
  readonly of: string
  readonly index: number
  readonly count: number
  readonly label: string
}

export interface OpenedFiles {
  readonly series: readonly OpenedSeries[]
  /** Files that could not be opened; the others went through. */
  readonly problems: readonly FileRefusal[]
}

/**
 * Opens files and folders: headers are read, slices sorted into volumes, nothing decoded but small files whose header does not state a size.
 * `early` is told of DICOM series whose folders are read while others are not; the result replaces them.
 * Throws Fault `not-found` and `cancelled`.
 */
export async function openSeries(paths: readonly string[], job: Job, early?: EarlySeries): Promise<OpenedFiles> {
  const problems: FileRefusal[] = []
  const series: OpenedSeries[] = []
  const plain: string[] = []
  for (const path of paths) {
    const { volume, part } = await fileAddress(path)
    if (volume === null && part === null) plain.push(path)
    else series.push(...(await addressedVolume(path, problems)))
  }
  if (plain.length === 0 && paths.length > 0) return { series, problems }
  const index = await indexStudies(plain, job, early === undefined ? undefined : (studies) => early(seriesOf(studies)))
  problems.push(...index.problems)
  for (const study of index.studies) {
    for (const entry of study.series) {
      // Sorting a large series takes a while: whoever asks for progress or wants to stop gets a turn in between.
      await setImmediate()
      throwIfCancelled(job)
      if (entry.kind === 'dicom') series.push(...dicomVolumes(entry, study))
      else series.push(...(await singleFile(entry, problems)))
    }
  }
  const joined = attachObjects(series, index.objects)
  return { series: joined.series, problems: [...problems, ...joined.problems] }
}

/** Told of series before everything is read. */
export type EarlySeries = (series: readonly OpenedSeries[]) => void

const seriesOf = (studies: readonly IndexedStudy[]): OpenedSeries[] =>
  studies.flatMap((study) =>
    study.series.flatMap((entry) => (entry.kind === 'dicom' ? dicomVolumes(entry, study) : []))
  )

function dicomVolumes(series: IndexedSeries, study: IndexedStudy): OpenedSeries[] {
  return planVolumes(series.dicom).map((plan, index) => {
    const [{ image, columns, rows }] = plan.slices
    const { label, moment } = plan
    return {
      key: `${series.id}/${index}`,
      name: image.name,
      kind: 'dicom',
      tags: image.header.patient,
      label,
      size: [columns, rows, plan.slices.length],
      spacingMm: plan.spacingMm,
      study: { id: study.id, description: study.patient?.studyDescription ?? '' },
      part: moment === null ? null : { ...moment, of: `${series.id}/${moment.of}`, label },
      warnings: [...copyWords(series.copies), ...plan.warnings],
      paths: [...new Set(plan.slices.map((slice) => slice.image.path))],
      identity: {
        studyUid: image.header.studyUid,
        seriesUid: image.header.seriesUid,
        frameOfReferenceUid: image.header.frameOfReferenceUid,
        instances: new Set(plan.slices.map((slice) => slice.image.header.sopInstanceUid))
      },
      load: (options = {}) => loadPlanned(plan, options),
      loadSlice: async (slice, options = {}) => loadPlanned(sliceOf(plan, slice), options)
    }
  })
}

function copyWords(copies: number): string[] {
  if (copies === 0) return []
  const files = copies === 1 ? '1 file is a copy' : `${copies} files are copies`
  return [`${files} of another, byte for byte, and left out.`]
}

async function loadPlanned(plan: PlannedVolume, options: LoadVoxels): Promise<Volume> {
  const { decode = decodeFile, job, tell } = options
  const growing = new GrowingVolume(plan)
  const facts = new Map(plan.slices.map(({ image }) => [image.path, image]))
  const warnings: (readonly string[])[] = []
  let done = 0
  await concurrently(growing.paths, filesAtOnce, async (path) => {
    if (job !== undefined) throwIfCancelled(job)
    const { dicom } = await decode(path, { frames: growing.framesOf(path) })
    if (dicom === null || changed(dicom, facts.get(path)!)) throw changedFault(path)
    if (!growing.put(dicom)) discard(dicom.values)
    warnings.push(dicom.warnings)
    job?.progress('Reading slices', ++done, growing.paths.length)
  })
  tell?.(countedWarnings(warnings))
  return growing.finished()
}

/** Whether a file is another one than when its header was read: overwritten, or still being written then. */
function changed(now: DicomFacts, then: DicomFacts): boolean {
  const [a, b] = [now.pixels, then.pixels]
  if (a.frames !== b.frames || a.rows !== b.rows || a.columns !== b.columns || a.samples !== b.samples) return true
  return now.header.sopInstanceUid !== then.header.sopInstanceUid
}

function changedFault(path: string): Fault {
  const name = basename(path)
  return new Fault('bad-file', `“${name}” has changed since it was opened.`, {
    subject: name,
    hint: 'Open the folder again.'
  })
}

/** Volumes of one file that are listed; a file with more shows its first ones, and says so. */
const mostVolumes = 4096

/** Other formats: every volume of a 4-D file is a series part; a size the header hides is found by decoding. */
async function singleFile(series: IndexedSeries, problems: FileRefusal[]): Promise<OpenedSeries[]> {
  const [path] = series.files
  if (series.extent !== null) return volumesOfFile(series, series.extent, { spacingMm: null, warnings: [] })
  try {
    const { shape, volumes, warnings } = await decodeFile(path, {})
    if (volumes.length === 0) throw noPicture(shape, basename(path))
    const [{ volume }] = volumes
    const extent = { size: volume.size, volumes: volumes.length }
    return volumesOfFile(series, extent, { spacingMm: volume.spacingMm, warnings }).map((entry, which) => {
      const { label, warnings: own } = volumes[which]
      const part = entry.part === null ? null : { ...entry.part, label }
      return { ...entry, label, part, warnings: [...entry.warnings, ...own] }
    })
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    problems.push({ path, file: basename(path), fault: thrown.report() })
    return []
  }
}

/** One volume of a file, named by `scan.nii.gz[3]` or `arrays.npz#map`. */
async function addressedVolume(given: string, problems: FileRefusal[]): Promise<OpenedSeries[]> {
  try {
    const { volume, kind, label, warnings } = await loadVolume(given)
    const id = createHash('sha256').update(`file ${given}`).digest('hex').slice(0, 16)
    const { size, spacingMm } = volume
    const [opened] = volumesOfFile({ id, kind, files: [given] }, { size, volumes: 1 }, { spacingMm, warnings })
    return [{ ...opened, label }]
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    problems.push({ path: given, file: basename(given), fault: thrown.report() })
    return []
  }
}

function volumesOfFile(
  { id, kind, files }: Pick<IndexedSeries, 'id' | 'kind' | 'files'>,
  { size, volumes }: FileExtent,
  known: Pick<OpenedSeries, 'spacingMm' | 'warnings'>
): OpenedSeries[] {
  const [path] = files
  const listed = Math.min(volumes, mostVolumes)
  const more = listed < volumes ? [`The file holds ${volumes} volumes; the first ${listed} are listed.`] : []
  return Array.from({ length: listed }, (_, index) => {
    const label = volumes > 1 ? `volume ${index + 1} of ${volumes}` : ''
    const load = async ({ decode = decodeFile, job, tell }: LoadVoxels = {}): Promise<Volume> => {
      if (job !== undefined) throwIfCancelled(job)
      const loaded = await loadVolume(path, volumes > 1 ? { decode, which: index } : { decode })
      tell?.(loaded.warnings)
      return loaded.volume
    }
    return {
      key: index === 0 ? id : `${id}/${index}`,
      name: basename(path),
      kind,
      tags: null,
      label,
      size,
      spacingMm: known.spacingMm,
      study: null,
      part: volumes > 1 ? { of: id, index, count: listed, label } : null,
      warnings: [...known.warnings, ...more],
      paths: files,
      load,
      loadSlice: async (slice: number, options: LoadVoxels = {}) => oneSlice(await load(options), slice)
    }
  })
}

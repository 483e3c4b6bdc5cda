import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { concurrently } from '@engine/formats/concurrently'
import { decodeFile, type DecodeFile } from '@engine/formats/decode-task'
import type { DicomImage } from '@engine/formats/dicom/dicom-image'
import type { FileExtent, FileKind } from '@engine/formats/format'
import { loadVolume } from '@engine/formats/load'
import { filesAtOnce, type FileRefusal } from '@engine/formats/load-series'
import type { PatientWords } from '@engine/formats/patient-words'
import { planVolumes, type PlannedVolume } from '@engine/formats/series/plan'
import { assembleVolume } from '@engine/formats/series/stack'
import { indexStudies, type IndexedSeries, type IndexedStudy } from '@engine/formats/study/study-index'
import type { Job } from '@engine/job'
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
  /** Throws the Faults of the files. */
  load(decode?: DecodeFile): Promise<Volume>
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
 * Throws Fault `not-found` and `cancelled`.
 */
export async function openSeries(paths: readonly string[], job: Job): Promise<OpenedFiles> {
  const index = await indexStudies(paths, job)
  const problems = [...index.problems]
  const series: OpenedSeries[] = []
  for (const study of index.studies) {
    for (const entry of study.series) {
      if (entry.kind === 'dicom') series.push(...dicomVolumes(entry, study))
      else series.push(...(await singleFile(entry, problems)))
    }
  }
  return { series, problems }
}

function dicomVolumes(series: IndexedSeries, study: IndexedStudy): OpenedSeries[] {
  return planVolumes(series.dicom).map((plan, index) => {
    const [{ image, columns, rows }] = plan.slices
    const paths = [...new Set(plan.slices.map((slice) => slice.image.path))]
    return {
      key: `${series.id}/${index}`,
      name: image.name,
      kind: 'dicom',
      tags: image.header.patient,
      label: plan.label,
      size: [columns, rows, plan.slices.length],
      spacingMm: plan.spacingMm,
      study: { id: study.id, description: study.patient?.studyDescription ?? '' },
      part: timePart(series.id, plan),
      warnings: plan.warnings,
      paths,
      load: (decode = decodeFile) => loadPlanned(plan, paths, decode)
    }
  })
}

/** Volumes that differ only in time belong together; other parts of a series (slabs, sizes) are looked at by themselves. */
function timePart(seriesId: string, { label, slices: [{ columns, rows }] }: PlannedVolume): SeriesPart | null {
  const time = /^time (\d+) of (\d+)(.*)$/.exec(label)
  if (time === null) return null
  const [, number, count, rest] = time
  return { of: `${seriesId} ${columns}x${rows}${rest}`, index: Number(number) - 1, count: Number(count), label }
}

async function loadPlanned(plan: PlannedVolume, paths: readonly string[], decode: DecodeFile): Promise<Volume> {
  const images = new Map<string, DicomImage>()
  await concurrently(paths, filesAtOnce, async (path) => {
    const { dicom } = await decode(path, {})
    const facts = plan.slices.find((slice) => slice.image.path === path)!.image
    if (dicom === null || dicom.pixels.frames !== facts.pixels.frames || dicom.pixels.rows !== facts.pixels.rows) {
      const name = basename(path)
      throw new Fault('bad-file', `“${name}” has changed since it was opened.`, {
        subject: name,
        hint: 'Open the folder again.'
      })
    }
    images.set(path, dicom)
  })
  return assembleVolume(plan, images)
}

/** Volumes of one file that are listed; a file with more shows its first ones, and says so. */
const mostVolumes = 4096

/** Other formats: every volume of a 4-D file is a series part; a size the header hides is found by decoding. */
async function singleFile(series: IndexedSeries, problems: FileRefusal[]): Promise<OpenedSeries[]> {
  const [path] = series.files
  const common = {
    name: basename(path),
    kind: series.kind,
    tags: null,
    spacingMm: null,
    study: null,
    paths: series.files
  }
  if (series.extent !== null) return volumesOfFile(series, series.extent, common)
  try {
    const { volume, warnings } = await loadVolume(path)
    const load = (decode: DecodeFile = decodeFile): Promise<Volume> =>
      loadVolume(path, { decode }).then((loaded) => loaded.volume)
    const { size, spacingMm } = volume
    return [{ ...common, key: series.id, label: '', part: null, size, spacingMm, warnings, load }]
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    problems.push({ path, file: basename(path), fault: thrown.report() })
    return []
  }
}

function volumesOfFile(
  { id, files: [path] }: IndexedSeries,
  { size, volumes }: FileExtent,
  common: Omit<OpenedSeries, 'key' | 'label' | 'part' | 'size' | 'warnings' | 'load'>
): OpenedSeries[] {
  const listed = Math.min(volumes, mostVolumes)
  const warnings = listed < volumes ? [`The file holds ${volumes} volumes; the first ${listed} are listed.`] : []
  return Array.from({ length: listed }, (_, index) => {
    const label = volumes > 1 ? `volume ${index + 1} of ${volumes}` : ''
    return {
      ...common,
      key: index === 0 ? id : `${id}/${index}`,
      label,
      part: volumes > 1 ? { of: id, index, count: listed, label } : null,
      size,
      warnings,
      load: async (decode: DecodeFile = decodeFile) =>
        (await loadVolume(path, volumes > 1 ? { decode, which: index } : { decode })).volume
    }
  })
}

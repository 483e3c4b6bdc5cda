import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { concurrently } from '@engine/formats/concurrently'
import { decodeFile, type DecodeFile } from '@engine/formats/decode-task'
import type { DicomImage } from '@engine/formats/dicom/dicom-image'
import type { FileKind } from '@engine/formats/format'
import { loadVolume } from '@engine/formats/load'
import { filesAtOnce, type FileRefusal } from '@engine/formats/load-series'
import type { PatientWords } from '@engine/formats/patient-words'
import { planVolumes, type PlannedVolume } from '@engine/formats/series/plan'
import { assembleVolume } from '@engine/formats/series/stack'
import { indexStudies, type IndexedSeries } from '@engine/formats/study/study-index'
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
  readonly warnings: readonly string[]
  readonly paths: readonly string[]
  /** Throws the Faults of the files. */
  load(decode?: DecodeFile): Promise<Volume>
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
      if (entry.kind === 'dicom') series.push(...dicomVolumes(entry))
      else series.push(...(await singleFile(entry, problems)))
    }
  }
  return { series, problems }
}

function dicomVolumes(series: IndexedSeries): OpenedSeries[] {
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
      warnings: plan.warnings,
      paths,
      load: (decode = decodeFile) => loadPlanned(plan, paths, decode)
    }
  })
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

/** Other formats: a file with several volumes (4-D NIfTI) is one series showing its first; a size the header hides is found by decoding. */
async function singleFile(series: IndexedSeries, problems: FileRefusal[]): Promise<OpenedSeries[]> {
  const [path] = series.files
  const load = async (decode: DecodeFile = decodeFile): Promise<Volume> => (await loadVolume(path, { decode })).volume
  const common = {
    key: series.id,
    name: basename(path),
    kind: series.kind,
    tags: null,
    label: '',
    paths: series.files,
    load
  }
  if (series.extent !== null) {
    const { size, volumes } = series.extent
    const warnings = volumes > 1 ? [`The file holds ${volumes} volumes; the first is used.`] : []
    return [{ ...common, size, warnings }]
  }
  try {
    const { volume, warnings } = await loadVolume(path)
    return [{ ...common, size: volume.size, warnings }]
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    problems.push({ path, file: basename(path), fault: thrown.report() })
    return []
  }
}

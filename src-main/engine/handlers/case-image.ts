import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { loadVolume } from '@engine/formats/load'
import { type OpenedSeries, openSeries } from '@engine/formats/open-series'
import { indexStudies, type IndexedSeries } from '@engine/formats/study/study-index'
import type { Volume } from '@engine/geometry/volume'
import { quietJob } from '@engine/job'

export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isDirectory(),
    () => false
  )

/** The voxels of a case: of a file, or of the series that lies in a folder. Throws the Faults of the files. */
export async function caseVolume(path: string, series: string | null): Promise<Volume> {
  if (!(await isFolder(path))) return (await loadVolume(path)).volume
  return (await seriesOfFolder(path, series)).load()
}

/**
 * The series of a folder, or the one of a SeriesInstanceUID; of several volumes the first.
 * Throws Fault `no-pixels` when there is none, `bad-experiment` when it could be several.
 */
export async function seriesOfFolder(folder: string, uid: string | null): Promise<OpenedSeries> {
  const name = basename(folder)
  const { studies } = await indexOf(folder)
  const all = studies.flatMap(({ series }) => series)
  const fitting = uid === null ? all : all.filter((candidate) => seriesUid(candidate) === uid)
  if (fitting.length === 0) {
    throw new Fault('no-pixels', `The folder “${name}” holds no ${uid === null ? 'image' : 'series of that UID'}.`, {
      subject: name,
      hint: 'Import the dataset again.'
    })
  }
  if (fitting.length > 1) {
    throw new Fault('bad-experiment', `The folder “${name}” holds ${fitting.length} series; the case names none.`, {
      subject: name,
      hint: 'Give the case a "series": the SeriesInstanceUID.'
    })
  }
  const { series } = await openSeries(fitting[0].files, quietJob())
  const [first] = series
  if (first === undefined) {
    throw new Fault('no-pixels', `The series in “${name}” has no image that can be opened.`, { subject: name })
  }
  const more = series.length > 1 ? [`The series holds ${series.length} volumes; the first is used.`] : []
  return { ...first, warnings: [...first.warnings, ...more] }
}

/** The SeriesInstanceUID of an indexed series; '' for other formats. */
export const seriesUid = (series: IndexedSeries): string => series.dicom[0]?.header.seriesUid ?? ''

/** A flat folder may hold a hundred series: its headers are read once for all of them, and again after a minute. */
const indexes = new Map<string, { readonly made: number; readonly index: ReturnType<typeof indexStudies> }>()
const keptFolders = 4
const freshMs = 60_000

function indexOf(folder: string): ReturnType<typeof indexStudies> {
  const known = indexes.get(folder)
  if (known !== undefined && performance.now() - known.made < freshMs) return known.index
  const index = indexStudies([folder], quietJob())
  indexes.delete(folder)
  indexes.set(folder, { made: performance.now(), index })
  // A failed reading is tried anew.
  index.catch(() => indexes.delete(folder))
  for (const old of [...indexes.keys()].slice(0, Math.max(0, indexes.size - keptFolders))) indexes.delete(old)
  return index
}

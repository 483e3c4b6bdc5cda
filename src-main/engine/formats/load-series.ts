import { basename } from 'node:path'
import type { FaultReport } from '@shared/fault'
import { asFault, Fault } from '@engine/fault'
import { concurrently } from '@shared/concurrently'
import { decodeFile } from '@engine/formats/decode-task'
import type { ImageContent } from '@engine/formats/format'
import { noPicture, ownVoxels, type LoadedVolume, type LoadOptions } from '@engine/formats/load'
import { stackVolumes } from '@engine/formats/series/stack'
import { throwIfCancelled, type Job } from '@engine/job'

/** A file that could not be opened: which, why, what would work. */
export interface FileRefusal {
  readonly path: string
  /** Base name, for messages. */
  readonly file: string
  readonly fault: FaultReport
}

export interface LoadedFiles {
  readonly volumes: readonly LoadedVolume[]
  readonly problems: readonly FileRefusal[]
}

interface Decoded {
  readonly path: string
  readonly content: ImageContent
}

/** Files decoded at the same time: enough to keep a pool of threads busy. */
export const filesAtOnce = 4

/**
 * All volumes of some files: DICOM files of one series are joined, every other file stands for itself.
 * Refused files are listed, the others go through; throws Fault `cancelled` only.
 */
export async function loadVolumes(
  paths: readonly string[],
  options: LoadOptions = {},
  job?: Job
): Promise<LoadedFiles> {
  const decode = options.decode ?? decodeFile
  const decoded: (Decoded | null)[] = new Array<Decoded | null>(paths.length).fill(null)
  const problems: FileRefusal[] = []
  let done = 0
  await concurrently(paths, filesAtOnce, async (path, index) => {
    if (job !== undefined) throwIfCancelled(job)
    try {
      decoded[index] = { path, content: await decode(path, options) }
    } catch (thrown) {
      problems.push(refusalOf(path, thrown))
    }
    job?.progress('Reading files', ++done, paths.length)
  })
  const read = decoded.filter((entry) => entry !== null)
  return { volumes: joinedBySeries(read, problems), problems }
}

/** The single volume of a series. Throws the first refusal when nothing could be read. */
export async function loadSeries(
  paths: readonly string[],
  options: LoadOptions = {},
  job?: Job
): Promise<LoadedVolume> {
  const { volumes, problems } = await loadVolumes(paths, options, job)
  const chosen = volumes[options.which ?? 0]
  if (chosen === undefined) {
    const [first] = problems
    if (first === undefined)
      throw new Fault('not-found', 'The series has no files.', { hint: 'Open its folder again.' })
    const { code, message, subject, hint } = first.fault
    throw new Fault(code, message, { subject, hint })
  }
  const several = volumes.length > 1 && options.which === undefined
  const notes = [
    ...(several ? [`The files hold ${volumes.length} volumes; the first is used.`] : []),
    ...(problems.length > 0 ? [`${problems.length} of ${paths.length} files could not be read.`] : [])
  ]
  return { ...chosen, warnings: [...chosen.warnings, ...notes] }
}

function joinedBySeries(read: readonly Decoded[], problems: FileRefusal[]): LoadedVolume[] {
  const series = new Map<string, Decoded[]>()
  for (const entry of read) {
    const key =
      entry.content.dicom === null
        ? `file ${entry.path}`
        : `series ${entry.content.dicom.header.patient.id} ${entry.content.dicom.header.seriesUid || entry.path}`
    series.set(key, [...(series.get(key) ?? []), entry])
  }
  return [...series.values()].flatMap((members) => {
    if (members.length > 1) return joined(members)
    const [{ path, content }] = members
    if (content.volumes.length === 0) problems.push(refusalOf(path, noPicture(content.shape, basename(path))))
    return content.volumes.map((volume) => ({
      volume: ownVoxels(volume),
      kind: content.kind,
      label: volume.label,
      tags: content.patient,
      warnings: [...content.warnings, ...volume.warnings],
      files: [path]
    }))
  })
}

function joined(members: readonly Decoded[]): LoadedVolume[] {
  const images = members.map(({ content }) => content.dicom!)
  const files = members.map(({ path }) => path)
  const fileWarnings = countedWarnings(members.map(({ content }) => content.warnings))
  return stackVolumes(images).map((content) => ({
    volume: ownVoxels(content),
    kind: 'dicom',
    label: content.label,
    tags: members[0].content.patient,
    warnings: [...fileWarnings, ...content.warnings],
    files
  }))
}

/** Warnings of several files: what they share is said once, with their number. */
export function countedWarnings(files: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>()
  for (const warnings of files) {
    for (const warning of new Set(warnings)) counts.set(warning, (counts.get(warning) ?? 0) + 1)
  }
  return [...counts].map(([warning, count]) => (count === 1 ? warning : `${count} files: ${warning}`))
}

function refusalOf(path: string, thrown: unknown): FileRefusal {
  return { path, file: basename(path), fault: asFault(thrown).report() }
}

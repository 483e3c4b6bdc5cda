import { Fault } from '@engine/fault'
import {
  defaultDecodedLimitBytes,
  type FileExtent,
  type Format,
  type ImageContent,
  type ReadOptions
} from '@engine/formats/format'
import { nrrdAxes } from '@engine/formats/nrrd/axes'
import { isNrrdHead } from '@engine/formats/nrrd/fields'
import { nrrdGeometry } from '@engine/formats/nrrd/geometry'
import { nrrdHeader, type NrrdHeader } from '@engine/formats/nrrd/header'
import { slicerSegments } from '@engine/formats/nrrd/segments'
import { nrrdVolumes } from '@engine/formats/nrrd/volumes'
import { nrrdSamples } from '@engine/formats/nrrd/voxel-bytes'
import { sampleBytes, voxelsFrom } from '@engine/formats/sample-types'
import type { SourceFile } from '@engine/formats/source-file'
import type { Voxels } from '@engine/geometry/volume'

/** NRRD: attached and detached, raw, gzip, text and hex; any anatomical space. `read` reports it as kind `other`, a fixed vocabulary. */
export const nrrdFormat: Format = {
  id: 'nrrd',
  title: 'NRRD',
  kind: 'nrrd',
  matches: isNrrdHead,
  extentOf: nrrdExtent,
  read: readNrrd
}

/** The size of a single volume; headers of segmentations may be longer than what lists of files look at, then decoding tells. */
function nrrdExtent(head: Uint8Array, name: string): FileExtent | null {
  try {
    const header = nrrdHeader(head, name)
    const { spatial, others } = nrrdAxes(header, name)
    if (others.length > 0) return null
    const [columns, rows, slices] = [0, 1, 2].map((place) => header.sizes[spatial[place]] ?? 1)
    return { size: [columns, rows, slices], volumes: 1 }
  } catch {
    return null
  }
}

async function readNrrd(source: SourceFile, options: ReadOptions): Promise<ImageContent> {
  const { name } = source
  const header = nrrdHeader(source.bytes, name)
  const count = checkedCount(header, options.decodedLimitBytes ?? defaultDecodedLimitBytes, name)
  const axes = nrrdAxes(header, name)
  const geometry = nrrdGeometry(header, axes.spatial, name)
  const samples = await nrrdSamples(source, header, count)
  const values = voxelsFrom(samples)
  const holes = countHoles(values)
  const labels = slicerSegments(header.keys)
  return {
    kind: 'nrrd',
    shape: header.sizes,
    firstAxisFastest: true,
    values,
    affine: geometry.spacingMm === null ? null : [0, 4, 8, 12].map((start) => geometry.affine.slice(start, start + 4)),
    volumes: nrrdVolumes(values, { header, axes, geometry }),
    ...(labels.length > 0 ? { labels } : {}),
    warnings: [...geometry.warnings, ...(holes > 0 ? [`${holes} voxels are not numbers.`] : [])],
    patient: null,
    dicom: null
  }
}

/** Number of samples, exact. Throws Fault `too-large`. */
function checkedCount({ sizes, type }: NrrdHeader, limit: number, name: string): number {
  const count = sizes.reduce((product, length) => product * BigInt(length), 1n)
  if (count * BigInt(sampleBytes[type]) <= BigInt(limit)) return Number(count)
  throw new Fault('too-large', `“${name}” claims ${sizes.join(' × ')} voxels, more than can be held in memory.`, {
    subject: name,
    hint: `At most ${Math.round(limit / 2 ** 20)} MiB are read from one file.`
  })
}

function countHoles(values: Voxels): number {
  if (!(values instanceof Float32Array)) return 0
  let holes = 0
  for (const value of values) if (!Number.isFinite(value)) holes++
  return holes
}

import { basename } from 'node:path'
import type { DataSet } from 'dicom-parser'
import { Fault } from '@engine/fault'
import { number, sequenceItems, text } from '@engine/formats/dicom/elements'
import { dicomLayout } from '@engine/formats/dicom/layout'
import { parseDicom } from '@engine/formats/dicom/parse'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import { tag } from '@engine/formats/dicom/tags'
import { loadVolume } from '@engine/formats/load'
import { readSourceFile, readStart } from '@engine/formats/source-file'
import type { Volume } from '@engine/geometry/volume'

/**
 * A map made elsewhere, from any image file. Of a DICOM Parametric Map the real-world values are given, frame by frame where the
 * frames differ; every other file as it reads. Throws what reading throws, and Fault `unsupported-file` for a map whose values are
 * looked up in a table.
 */
export async function loadMap(path: string): Promise<Volume> {
  const { volume } = await loadVolume(path)
  const start = await readStart(path).catch(() => new Uint8Array(0))
  if (dicomLayout(start) === null) return volume
  const { dataSet } = parseDicom(await readSourceFile(path))
  if (text(dataSet, tag.SOPClassUID) !== sopClass.parametricMap) return volume
  const frames = frameMappings(dataSet, basename(path))
  const pixels = volume.size[0] * volume.size[1]
  const values = Float32Array.from(volume.voxels)
  for (let slice = 0; slice < volume.size[2]; slice++) {
    const { slope, intercept } = frames(volume.sources?.[slice]?.frame ?? slice)
    if (slope === 1 && intercept === 0) continue
    for (let at = slice * pixels; at < (slice + 1) * pixels; at++) values[at] = volume.voxels[at] * slope + intercept
  }
  return { ...volume, voxels: values, unit: unitOf(dataSet), bitsStored: 32 }
}

interface Mapping {
  readonly slope: number
  readonly intercept: number
}

/** The mapping of a frame: its own, else that of all. Source: DICOM PS3.3 C.7.6.16.2.11. */
function frameMappings(dataSet: DataSet, name: string): (frame: number) => Mapping {
  const shared = sequenceItems(dataSet, tag.SharedFunctionalGroupsSequence)[0] as DataSet | undefined
  const perFrame = sequenceItems(dataSet, tag.PerFrameFunctionalGroupsSequence)
  const common = shared === undefined ? null : mappingOf(shared, name)
  return (frame) => {
    const own = perFrame[frame] as DataSet | undefined
    return (own === undefined ? null : mappingOf(own, name)) ?? common ?? { slope: 1, intercept: 0 }
  }
}

function mappingOf(group: DataSet, name: string): Mapping | null {
  const item = sequenceItems(group, tag.RealWorldValueMappingSequence)[0] as DataSet | undefined
  if (item === undefined) return null
  const slope = number(item, tag.RealWorldValueSlope, 'FD')
  const intercept = number(item, tag.RealWorldValueIntercept, 'FD')
  if (slope !== undefined && intercept !== undefined && Number.isFinite(slope) && Number.isFinite(intercept)) {
    return { slope, intercept }
  }
  throw new Fault('unsupported-file', `The values of “${name}” are looked up in a table, which is not applied.`, {
    subject: name,
    hint: 'Write the map with a slope and an intercept, or as NIfTI.'
  })
}

/** Code of the unit the map states, '' when it states none. */
function unitOf(dataSet: DataSet): string {
  const shared = sequenceItems(dataSet, tag.SharedFunctionalGroupsSequence)[0] as DataSet | undefined
  const mapping = shared === undefined ? undefined : sequenceItems(shared, tag.RealWorldValueMappingSequence)[0]
  const unit =
    mapping === undefined ? undefined : sequenceItems(mapping as DataSet, tag.MeasurementUnitsCodeSequence)[0]
  return unit === undefined ? '' : text(unit as DataSet, tag.CodeValue)
}

import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { readMapVolume } from '@engine/formats/maps/map-volume'
import { readMask } from '@engine/formats/masks/read-mask'
import type { Volume } from '@engine/geometry/volume'
import { evaluateMetric } from '@engine/metrics/evaluate'
import type { Computed, Metric } from '@engine/metrics/metric'

interface ScoreRequest {
  readonly map: string
  readonly mask?: string
  readonly other?: string
  readonly params: Readonly<Record<string, string>>
}

/** One metric on files; all of them must lie on the grid of the map. Throws Fault `geometry-mismatch`, `bad-mask`, `usage`, `bad-parameter`. */
export async function scoreFiles(metric: Metric, request: ScoreRequest): Promise<Computed> {
  const map = await greyVolume(request.map)
  const [columns, rows, slices] = map.size
  const mask = request.mask === undefined ? undefined : (await readMask(request.mask, map)).labelmap.voxels
  const other = request.other === undefined ? undefined : await greyVolume(request.other)
  if (other !== undefined && other.size.join() !== map.size.join()) {
    throw new Fault(
      'geometry-mismatch',
      `The maps differ in size: ${map.size.join(' × ')} and ${other.size.join(' × ')} pixels.`,
      { hint: 'Give two maps on one grid.' }
    )
  }
  return evaluateMetric(
    metric,
    {
      map: Float32Array.from(map.voxels),
      shape: slices > 1 ? [slices, rows, columns] : [rows, columns],
      ...(mask === undefined ? {} : { mask }),
      ...(other === undefined ? {} : { other: Float32Array.from(other.voxels) })
    },
    request.params
  )
}

async function greyVolume(path: string): Promise<Volume> {
  const volume = await readMapVolume(path)
  if (volume.samples === 1) return volume
  throw new Fault('bad-image', `"${basename(path)}" is in colour; a map has one value a pixel.`, {
    subject: basename(path)
  })
}

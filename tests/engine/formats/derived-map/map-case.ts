import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadVolume } from '@engine/formats/load'
import { readSources } from '@engine/formats/dicom/writing/slice-sources'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import type { MapOrigin } from '@engine/formats/dicom/derived-map/map-origin'
import { openSeries } from '@engine/formats/open-series'
import type { Volume } from '@engine/geometry/volume'
import { voxelCount } from '@engine/geometry/volume'
import { quietJob } from '@engine/job'
import { dataFolder } from '../shared-data'

/** An image with the headers of its files and a map of known values on it. */
export interface MapCase {
  readonly image: Volume
  readonly sources: readonly SourceInstance[]
  readonly values: Float32Array
}

export const origin: MapOrigin = {
  title: 'Integrated gradients',
  method: 'integrated-gradients+sg',
  parameters: 'integrated-gradients.steps=20, sg.samples=4',
  target: 'lesion',
  model: 'honest-1',
  reduction: 'sum of magnitudes, clipped at 99 %',
  recipe: 'ab'.repeat(32),
  version: '1.2.3'
}

export const about = {
  seriesDescription: 'Integrated gradients for lesion',
  seriesNumber: 900,
  instanceNumber: 1,
  created: new Date(2026, 0, 2, 3, 4, 5)
} as const

/** Values in 0…1 that differ from voxel to voxel. */
export function mapOn(image: Volume, sources: readonly SourceInstance[]): MapCase {
  const values = Float32Array.from({ length: voxelCount(image) }, (_, index) => ((index * 7919) % 10007) / 10007)
  return { image, sources, values }
}

/** A radiograph of the embedded sample. */
export async function radiograph(): Promise<MapCase> {
  const path = 'resources/sample/cases/p0001.dcm'
  const { volume } = await loadVolume(path)
  return mapOn(volume, await readSources(volume, [path]))
}

/** A series of the shared set; null without it. */
export async function series(folder: string): Promise<MapCase | null> {
  if (dataFolder === null) return null
  const root = join(dataFolder, folder)
  const paths = readdirSync(root).map((name) => join(root, name))
  const { series: found } = await openSeries(paths, quietJob())
  const largest = found.reduce((best, next) => (next.paths.length > best.paths.length ? next : best))
  const image = await largest.load()
  return mapOn(image, await readSources(image, largest.paths))
}

/** One multi-frame file of the shared set; null without it. */
export async function multiframe(name: string): Promise<MapCase | null> {
  if (dataFolder === null) return null
  const path = join(dataFolder, name)
  const { volume } = await loadVolume(path)
  return mapOn(volume, await readSources(volume, [path]))
}

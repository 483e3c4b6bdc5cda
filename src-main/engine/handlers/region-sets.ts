import { basename } from 'node:path'
import type { RegionMap } from '@engine/criteria/experiment-run'
import { Fault } from '@engine/fault'
import { fileAddress } from '@engine/formats/file-address'
import { loadVolume } from '@engine/formats/load'
import { labelNames } from '@engine/formats/masks/label-names'
import { sameGrid } from '@engine/geometry/grid'
import { resampleVolume } from '@engine/geometry/resample'
import type { Volume, Voxels } from '@engine/geometry/volume'
import type { Regions } from '@shared/experiment'
import type { RegionSet } from '@shared/region-set'
import type { GridScene } from './reader-outlines'
import { gridShape, maskOnGrid } from './scoring-grid'

/** More labels than this are no set of regions, but an image. */
const mostRegions = 1000

/** Regions of a case on the scoring grid, as they are drawn. Throws Fault `geometry-mismatch`, `bad-mask` and what reading throws. */
export async function regionMapOf(
  { source, names: given }: Pick<Regions, 'names'> & { source: RegionSet['source'] },
  atlasPath: string | null,
  scene: GridScene
): Promise<RegionMap> {
  const named = (label: number): string | undefined => given[String(label)]
  if ('grid' in source) {
    const shape = gridShape(scene.prepared, scene.image, scene.grid)
    return gridRegions(source.grid, shape, (label, fallback) => named(label) ?? fallback)
  }
  const { voxels, names } = await labelsOnImage(atlasPath!, scene.image)
  // What the experiment calls a region comes before what the atlas, or the file beside it, calls it.
  return regionsOfLabels(voxels, scene, (label, fallback) => named(label) ?? names.get(label) ?? fallback)
}

/** Equal cells; the last row and column take the remainder. Source: the notebook of Sümer et al., `num_rows × num_cols`. */
export function gridRegions(
  { rows, columns }: { rows: number; columns: number },
  shape: readonly number[],
  named: (label: number, fallback: string) => string
): RegionMap {
  const [height, width] = shape.slice(-2)
  const [cellRows, cellColumns] = [Math.max(1, Math.floor(height / rows)), Math.max(1, Math.floor(width / columns))]
  const labels = new Uint16Array(shape.reduce((product, length) => product * length, 1))
  for (let index = 0; index < labels.length; index++) {
    const row = Math.min(rows - 1, Math.floor((Math.floor(index / width) % height) / cellRows))
    const column = Math.min(columns - 1, Math.floor((index % width) / cellColumns))
    labels[index] = row * columns + column + 1
  }
  const names = Array.from({ length: rows * columns }, (_, cell) =>
    named(cell + 1, `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}`)
  )
  return { names, labels, shape }
}

interface AtlasLabels {
  /** On the grid of the image. */
  readonly voxels: Voxels
  readonly names: ReadonlyMap<number, string>
}

/** A label image on the voxels of an image, with the names beside it. Throws Fault `bad-mask`, `geometry-mismatch` and what reading throws. */
export async function labelsOnImage(path: string, image: Volume): Promise<AtlasLabels> {
  const { volume, labels } = await loadVolume(path)
  const { names } = await labelNames((await fileAddress(path)).path, labels)
  return { voxels: voxelsOnImage(volume, image, basename(path)), names }
}

function voxelsOnImage(volume: Volume, image: Volume, name: string): Voxels {
  if (volume.samples !== 1)
    throw new Fault('bad-mask', `The regions “${name}” are in colour; a region is a number.`, { subject: name })
  if (sameGrid(volume, image)) return volume.voxels
  if (volume.oriented && image.oriented) return resampleVolume(volume, image, { interpolation: 'nearest' }).voxels
  if (volume.size.some((length, axis) => length !== image.size[axis]))
    throw new Fault(
      'geometry-mismatch',
      `The regions “${name}” have ${volume.size.join(' × ')} voxels, the image ${image.size.join(' × ')}.`,
      {
        subject: name,
        hint: 'Regions must have the size of their image, or state where they lie (NIfTI, NRRD, DICOM).'
      }
    )
  return volume.voxels
}

/** Labels on the grid of the image, brought to the scoring grid. Throws Fault `bad-mask` for what is no label image. */
export function regionsOfLabels(
  voxels: Voxels,
  { prepared, image, grid }: GridScene,
  named: (label: number, fallback: string) => string
): RegionMap {
  const present = new Set<number>()
  for (const value of voxels) if (value > 0 && Number.isFinite(value)) present.add(Math.round(value))
  const numbers = [...present].filter((label) => label > 0).sort((left, right) => left - right)
  if (numbers.length > mostRegions)
    throw new Fault('bad-mask', `The file of regions holds ${numbers.length} different values; it is no label image.`, {
      hint: `Up to ${mostRegions} whole numbers are taken as regions.`
    })
  const shape = gridShape(prepared, image, grid)
  const labels = new Uint16Array(shape.reduce((product, length) => product * length, 1))
  numbers.forEach((number, index) => {
    const mask = Uint8Array.from(voxels, (value) => (Math.round(value) === number ? 1 : 0))
    const placed = maskOnGrid(mask, prepared, image, grid).values
    for (let cell = 0; cell < labels.length; cell++) if (placed[cell] !== 0) labels[cell] = index + 1
  })
  return { names: numbers.map((number) => named(number, `region ${number}`)), labels, shape }
}

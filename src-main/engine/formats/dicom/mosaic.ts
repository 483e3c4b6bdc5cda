import type { DataSet } from 'dicom-parser'
import { elementBytes, number } from '@engine/formats/dicom/elements'
import { readCsa } from '@engine/formats/dicom/siemens-csa'
import { tag } from '@engine/formats/dicom/tags'
import type { Vector } from '@engine/geometry/affine'

/** A Siemens mosaic: the slices of a volume side by side in one picture. */
export interface Mosaic {
  readonly tiles: number
  /** Tiles in a row of the picture; as many rows. */
  readonly perRow: number
  /** Direction from the first tile to the next; null when the file does not say. */
  readonly normal: Vector | null
}

/** The mosaic layout of a picture, or null when it is none or does not say how many tiles it holds. */
export function mosaicOf(dataSet: DataSet, imageType: readonly string[]): Mosaic | null {
  if (!imageType.includes('MOSAIC')) return null
  const element = dataSet.elements[tag.SiemensImageHeader]
  const csa = element === undefined ? new Map<string, string[]>() : readCsa(elementBytes(dataSet, element))
  const tiles = number(dataSet, tag.SiemensImagesInMosaic, 'US') ?? Number(csa.get('NumberOfImagesInMosaic')?.[0])
  if (!Number.isInteger(tiles) || tiles < 1 || tiles > 10_000) return null
  const normal = (csa.get('SliceNormalVector') ?? []).slice(0, 3).map(Number)
  const known = normal.length === 3 && normal.every(Number.isFinite) && Math.hypot(...normal) > 0.5
  return { tiles, perRow: Math.ceil(Math.sqrt(tiles)), normal: known ? (normal as unknown as Vector) : null }
}

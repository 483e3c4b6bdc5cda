import type { DicomFacts } from '@engine/formats/dicom/dicom-image'
import type { FrameGeometry } from '@engine/formats/dicom/frame-geometry'
import type { Mosaic } from '@engine/formats/dicom/mosaic'
import type { Slice } from '@engine/formats/series/slice'
import { scaled, type Vector } from '@engine/geometry/affine'
import { planeNormal } from '@engine/geometry/dicom-plane'

/**
 * The slices hidden in a mosaic, or null when tiles and picture do not fit together.
 * The file's position belongs to the corner the whole picture would have had; each tile's own lies half the difference further in.
 * Source: nibabel, "Siemens mosaic".
 */
export function mosaicSlices(image: DicomFacts, mosaic: Mosaic): Slice[] | null {
  const { rows, columns } = image.pixels
  const [geometry] = image.geometry
  if (rows % mosaic.perRow !== 0 || columns % mosaic.perRow !== 0 || image.pixels.frames !== 1) return null
  if (geometry.plane === null || geometry.pixelSpacingMm === null || geometry.sliceStepMm === null) return null
  const tileRows = rows / mosaic.perRow
  const tileColumns = columns / mosaic.perRow
  const corner = movedInwards(geometry, (columns - tileColumns) / 2, (rows - tileRows) / 2)
  const step = scaled(mosaic.normal ?? planeNormal(geometry.plane), geometry.sliceStepMm)
  return Array.from({ length: mosaic.tiles }, (_, tile) => ({
    image,
    frame: 0,
    tile,
    rows: tileRows,
    columns: tileColumns,
    geometry: { ...geometry, plane: { ...geometry.plane!, position: along(corner, step, tile) } }
  }))
}

function movedInwards(geometry: FrameGeometry, columns: number, rows: number): Vector {
  const plane = geometry.plane!
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm!
  return along(
    along(plane.position, plane.rowDirection, columns * columnSpacing),
    plane.columnDirection,
    rows * rowSpacing
  )
}

function along(start: Vector, direction: Vector, factor: number): Vector {
  return [start[0] + direction[0] * factor, start[1] + direction[1] * factor, start[2] + direction[2] * factor]
}

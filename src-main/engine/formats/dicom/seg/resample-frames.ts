import { Fault } from '@engine/fault'
import type { SegFile } from '@engine/formats/dicom/seg/seg-file'
import { planesOf, type Segment } from '@engine/formats/segmentation/segmentation'
import { dot, scaled, spacingOf, type Vector } from '@engine/geometry/affine'
import { affineFromPlane, planeNormal, type Plane } from '@engine/geometry/dicom-plane'
import type { Grid } from '@engine/geometry/grid'
import { labelledVoxels, labelmapOnGrid, type Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import { insideShare } from '@engine/formats/segmentation/segmentation'

/** More slices than this between the first and the last frame are no grid but scattered frames. */
const mostSlices = 4096
/** One byte each while a segment is moved. */
const mostVoxels = 2 ** 31

/**
 * Segments moved to the grid of an image by nearest neighbour. Frames must be parallel, of one spacing, and evenly spaced (some may be
 * missing). Throws Fault `geometry-mismatch` when they are not, `bad-mask` when nothing of them meets the image.
 */
export function resampledSegments(
  seg: SegFile,
  image: Volume
): { readonly segments: Segment[]; readonly warnings: string[] } {
  const grid = gridOf(seg)
  const normal = normalOf(seg)
  const origin = dot([grid.affine[3], grid.affine[7], grid.affine[11]], normal)
  const step = Math.abs(dot([grid.affine[2], grid.affine[6], grid.affine[10]], normal))
  let before = 0
  let after = 0
  const segments = seg.segments.map((words) => {
    const voxels = new Uint8Array(grid.size[0] * grid.size[1] * grid.size[2])
    for (const frame of seg.frames) {
      if (frame.segment !== words.number) continue
      const k = Math.round((dot(frame.geometry.plane!.position, normal) - origin) / step)
      const offset = k * seg.rows * seg.columns
      frame.pixels.forEach(
        (value, pixel) => (voxels[offset + pixel] = value >= insideShare ? 1 : voxels[offset + pixel])
      )
    }
    const own: Labelmap = { ...grid, voxels }
    const moved = labelmapOnGrid(own, image)
    before += labelledVoxels(own)
    after += labelledVoxels(moved)
    return { ...words, planes: planesOf(moved) }
  })
  if (before > 0 && after === 0) {
    throw new Fault('bad-mask', `The segmentation “${seg.name}” lies wholly outside its image.`, {
      subject: seg.name,
      hint: 'Choose the segmentation that was drawn on this image.'
    })
  }
  return { segments, warnings: [movedWarning(seg, grid)] }
}

function movedWarning(seg: SegFile, grid: Grid): string {
  const spacing = spacingOf(grid.affine)
    .map((mm) => Number(mm.toPrecision(3)))
    .join(' × ')
  return `“${seg.name}” lies on another grid (${grid.size.join(' × ')}, ${spacing} mm) and was moved to the image's by nearest neighbour: its edges are approximate.`
}

function normalOf(seg: SegFile): Vector {
  return planeNormal(seg.frames[0].geometry.plane!)
}

/** The grid the frames lie on, from all their places. */
function gridOf(seg: SegFile): Grid {
  const first = seg.frames[0].geometry
  const normal = normalOf(seg)
  const planes = seg.places.flatMap(({ plane }) => (plane === null ? [] : [plane]))
  if (!seg.places.every((place) => parallel(place.plane, first.plane!))) throw scattered(seg.name)
  const heights = [...new Set(planes.map((plane) => Number(dot(plane.position, normal).toFixed(4))))].sort(
    (a, b) => a - b
  )
  const gaps = heights.slice(1).map((height, index) => height - heights[index])
  const step = gaps.length === 0 ? (first.sliceStepMm ?? 1) : Math.min(...gaps)
  const even = gaps.every((gap) => Math.abs(gap / step - Math.round(gap / step)) < 0.1)
  const count = Math.round((heights[heights.length - 1] - heights[0]) / step) + 1
  if (!even || count > mostSlices) throw scattered(seg.name)
  if (count * seg.rows * seg.columns > mostVoxels) {
    throw new Fault(
      'too-large',
      `“${seg.name}” spans ${seg.columns} × ${seg.rows} × ${count} voxels between its frames.`,
      {
        subject: seg.name,
        hint: 'Open it with the images it was drawn on: then nothing has to be moved.'
      }
    )
  }
  const lowest = planes.reduce((low, plane) => (dot(plane.position, normal) < dot(low.position, normal) ? plane : low))
  return {
    size: [seg.columns, seg.rows, count],
    affine: affineFromPlane(lowest, first.pixelSpacingMm ?? [1, 1], scaled(normal, step))
  }
}

function parallel(plane: Plane | null, first: Plane): boolean {
  if (plane === null) return false
  return (
    dot(plane.rowDirection, first.rowDirection) > 0.9999 && dot(plane.columnDirection, first.columnDirection) > 0.9999
  )
}

function scattered(name: string): Fault {
  return new Fault(
    'geometry-mismatch',
    `The frames of “${name}” do not lie on an even grid, nor on the slices of its image.`,
    {
      subject: name,
      hint: 'Open the DICOM images it was drawn on.'
    }
  )
}

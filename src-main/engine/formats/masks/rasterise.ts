import { Fault } from '@engine/fault'
import type { AnnotatedRegion, Point } from '@engine/formats/masks/annotation-file'
import { boxLabelmap } from '@engine/formats/masks/boxes'
import { markRuns } from '@engine/formats/masks/run-length'
import type { Labelmap } from '@engine/geometry/labelmap'
import { voxelCount, type Volume } from '@engine/geometry/volume'

/**
 * Regions together on the grid of their image: a pixel is inside when its centre is. Several rings of one polygon are parts, not holes
 * (COCO). Parts outside the image are cut off. Throws Fault `bad-mask` for run lengths of an image of another size.
 */
export function rasterise(regions: readonly AnnotatedRegion[], image: Volume, name: string): Labelmap {
  const [columns, rows, slices] = image.size
  const voxels = new Uint8Array(voxelCount(image))
  const boxes = regions.flatMap(({ shape, slice }) =>
    shape.kind === 'box' ? [{ box: [...shape.box] as Corners, slice }] : []
  )
  voxels.set(boxLabelmap(boxes, image).voxels)
  for (const { shape, slice } of regions) {
    const k = slice ?? 0
    if (k >= slices) continue
    const place = { columns, rows, offset: k * columns * rows }
    if (shape.kind === 'polygon') for (const ring of shape.rings) fillRing(voxels, ring, place)
    else if (shape.kind === 'ellipse') fillEllipse(voxels, shape, place)
    else if (shape.kind === 'runs') {
      requireSize(shape.size, { rows, columns, name })
      markRuns(voxels, shape.runs, { ...place, name })
    }
  }
  return { voxels, size: image.size, affine: image.affine }
}

type Corners = [number, number, number, number]

interface Place {
  readonly columns: number
  readonly rows: number
  /** First voxel of the slice. */
  readonly offset: number
}

function requireSize(
  size: readonly [number, number] | null,
  { rows, columns, name }: { rows: number; columns: number; name: string }
): void {
  if (size === null || (size[0] === rows && size[1] === columns)) return
  throw new Fault(
    'bad-mask',
    `“${name}” was drawn on ${size[1]} × ${size[0]} pixels, the image has ${columns} × ${rows}.`,
    { subject: name, hint: 'Choose the image it was drawn on.' }
  )
}

/** Even-odd along each row of pixel centres. */
function fillRing(voxels: Uint8Array, ring: readonly Point[], { columns, rows, offset }: Place): void {
  const ys = ring.map(([, y]) => y)
  const [top, bottom] = [
    Math.max(0, Math.floor(Math.min(...extent(ys)))),
    Math.min(rows, Math.ceil(Math.max(...extent(ys))))
  ]
  for (let row = top; row < bottom; row++) {
    const crossings = crossingsAt(ring, row + 0.5)
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.ceil(crossings[pair] - 0.5))
      const to = Math.min(columns, Math.ceil(crossings[pair + 1] - 0.5))
      if (to > from) voxels.fill(1, offset + row * columns + from, offset + row * columns + to)
    }
  }
}

/** Smallest and largest without spreading a long list over arguments. */
function extent(values: readonly number[]): [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity])
}

/** Where the outline crosses a line of constant y, from left to right. */
function crossingsAt(ring: readonly Point[], y: number): number[] {
  const crossings: number[] = []
  ring.forEach(([x0, y0], index) => {
    const [x1, y1] = ring[(index + 1) % ring.length]
    if (y0 <= y !== y1 <= y) crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0))
  })
  return crossings.sort((a, b) => a - b)
}

function fillEllipse(
  voxels: Uint8Array,
  { center, radii, angle }: { center: Point; radii: Point; angle: number },
  { columns, rows, offset }: Place
): void {
  const reach = Math.max(...radii)
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  for (let row = Math.max(0, Math.floor(center[1] - reach)); row < Math.min(rows, center[1] + reach); row++) {
    for (
      let column = Math.max(0, Math.floor(center[0] - reach));
      column < Math.min(columns, center[0] + reach);
      column++
    ) {
      const [dx, dy] = [column + 0.5 - center[0], row + 0.5 - center[1]]
      const [u, v] = [(dx * cos + dy * sin) / radii[0], (dy * cos - dx * sin) / radii[1]]
      if (u * u + v * v <= 1) voxels[offset + row * columns + column] = 1
    }
  }
}

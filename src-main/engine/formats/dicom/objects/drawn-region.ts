/** A closed line in pixels of an image: (0, 0) is the outer corner of the first pixel, (1, 1) the corner after it. */
export type RegionOutline = readonly (readonly [x: number, y: number])[]

/** More regions than any reader draws are made to hold up everything: the first ones are shown. */
export const mostRegions = 5000

/** A region that an object draws on one frame of an image. */
export interface DrawnRegion {
  readonly title: string
  readonly sopInstanceUid: string
  /** From 0. */
  readonly frame: number
  readonly outline: RegionOutline
}

/** A region drawn in the patient: points in LPS millimetres within one frame of reference. */
export interface PlacedRegion {
  readonly title: string
  readonly frameOfReferenceUid: string | null
  readonly points: readonly (readonly [number, number, number])[]
}

const corners = 256

/** A circle by its centre and a point on it, as a polygon of 256 corners. */
export function circleOutline(points: RegionOutline): RegionOutline {
  const [[x, y], [px, py]] = points
  const radius = Math.hypot(px - x, py - y)
  return ring((angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)])
}

/** An ellipse by the ends of its major and of its minor axis. Source: DICOM PS3.3 C.18.6.1.1. */
export function ellipseOutline(points: RegionOutline): RegionOutline {
  const [a, b, c, d] = points
  const centre = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
  const [major, minor] = [
    [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2],
    [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2]
  ]
  return ring((angle) => [
    centre[0] + major[0] * Math.cos(angle) + minor[0] * Math.sin(angle),
    centre[1] + major[1] * Math.cos(angle) + minor[1] * Math.sin(angle)
  ])
}

function ring(at: (angle: number) => [number, number]): RegionOutline {
  return Array.from({ length: corners }, (_, step) => at((2 * Math.PI * step) / corners))
}

/** The outline of a graphic by its type, or null when it encloses nothing (points, open lines). */
export function outlineOf(type: string, points: RegionOutline): RegionOutline | null {
  if (!points.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))) return null
  if (type === 'CIRCLE' && points.length >= 2) return circleOutline(points)
  if (type === 'ELLIPSE' && points.length >= 4) return ellipseOutline(points)
  if (type !== 'POLYLINE' && type !== 'INTERPOLATED' && type !== 'POLYGON') return null
  const [first, last] = [points[0], points[points.length - 1]]
  const closed = points.length > 3 && first[0] === last[0] && first[1] === last[1]
  if (closed) return points.slice(0, -1)
  return type === 'POLYGON' && points.length > 2 ? points : null
}

/** The box of an outline that is an upright rectangle, or null. */
export function boxOf(outline: RegionOutline): [number, number, number, number] | null {
  if (outline.length !== 4) return null
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)]
  const [x0, y0, x1, y1] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
  const upright = outline.every(([x, y], index) => {
    const [nx, ny] = outline[(index + 1) % 4]
    return (x === x0 || x === x1) && (y === y0 || y === y1) && (x === nx) !== (y === ny)
  })
  return upright && x1 > x0 && y1 > y0 ? [x0, y0, x1, y1] : null
}

/** Numbers in pairs. */
export function pairs(numbers: readonly number[]): [number, number][] {
  return Array.from({ length: Math.floor(numbers.length / 2) }, (_, index) => [
    numbers[2 * index],
    numbers[2 * index + 1]
  ])
}

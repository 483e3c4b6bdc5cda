import type { CellSize, Point } from './placement'

/**
 * How the picture is turned on the screen: first mirrored left to right, then turned clockwise by quarters. The voxels,
 * the camera and every reading stay in the image's own columns and rows; only the cell turns.
 */
export interface Turn {
  readonly quarters: 0 | 1 | 2 | 3
  readonly mirrored: boolean
}

export interface EdgeLetters {
  readonly left: string
  readonly right: string
  readonly top: string
  readonly bottom: string
}

export const UPRIGHT: Turn = { quarters: 0, mirrored: false }

const quartersOf = (count: number): Turn['quarters'] => (((count % 4) + 4) % 4) as Turn['quarters']

export const rotated = (turn: Turn, by: 1 | -1): Turn => ({ ...turn, quarters: quartersOf(turn.quarters + by) })

/** Mirrors what is seen on the screen, left to right or top to bottom. */
export function flipped(turn: Turn, way: 'across' | 'down'): Turn {
  // A mirror before a rotation is the mirror after the opposite rotation.
  const quarters = quartersOf(-turn.quarters + (way === 'down' ? 2 : 0))

  return { quarters, mirrored: !turn.mirrored }
}

export const sameTurn = (one: Turn, other: Turn): boolean =>
  one.quarters === other.quarters && one.mirrored === other.mirrored

export const isUpright = ({ quarters, mirrored }: Turn): boolean => quarters === 0 && !mirrored

/** Directions on the screen of a direction in the image. */
export function turnedVector({ quarters, mirrored }: Turn, { x, y }: Point): Point {
  let vector = { x: mirrored ? -x : x, y }
  for (let quarter = 0; quarter < quarters; quarter++) vector = { x: -vector.y, y: vector.x }

  return { x: vector.x + 0, y: vector.y + 0 }
}

/** Direction in the image of a direction on the screen. */
export function unturnedVector({ quarters, mirrored }: Turn, { x, y }: Point): Point {
  let vector = { x, y }
  for (let quarter = 0; quarter < quarters; quarter++) vector = { x: vector.y, y: -vector.x }

  return { x: (mirrored ? -vector.x : vector.x) + 0, y: vector.y + 0 }
}

/** Size of the cell as the image sees it. */
export const unturnedSize = ({ quarters }: Turn, { width, height }: CellSize): CellSize =>
  quarters % 2 === 0 ? { width, height } : { width: height, height: width }

/** Point of the image's own cell for a point of the cell on the screen; `cell` as the image sees it. */
export function unturnedPoint(turn: Turn, cell: CellSize, point: Point): Point {
  const outer = unturnedSize(turn, cell)
  const vector = unturnedVector(turn, { x: point.x - outer.width / 2, y: point.y - outer.height / 2 })

  return { x: vector.x + cell.width / 2, y: vector.y + cell.height / 2 }
}

/** Point of the cell on the screen for a point of the image's own cell; `cell` as the image sees it. */
export function turnedPoint(turn: Turn, cell: CellSize, point: Point): Point {
  const outer = unturnedSize(turn, cell)
  const vector = turnedVector(turn, { x: point.x - cell.width / 2, y: point.y - cell.height / 2 })

  return { x: vector.x + outer.width / 2, y: vector.y + outer.height / 2 }
}

/** The letters at the edges of the screen: they turn along. */
export function turnedLetters({ quarters, mirrored }: Turn, letters: EdgeLetters): EdgeLetters {
  let { left, right, top, bottom } = letters
  if (mirrored) [left, right] = [right, left]
  for (let quarter = 0; quarter < quarters; quarter++) [top, right, bottom, left] = [left, top, right, bottom]

  return { left, right, top, bottom }
}

/** CSS and SVG write a turn the same way; the rightmost is done first. */
export const turnCss = ({ quarters, mirrored }: Turn): string =>
  `rotate(${90 * quarters}deg) scaleX(${mirrored ? -1 : 1})`

/** Sets text upright inside a turned SVG, around the origin. */
export const uprightSvg = ({ quarters, mirrored }: Turn): string =>
  `scale(${mirrored ? -1 : 1} 1) rotate(${-90 * quarters})`

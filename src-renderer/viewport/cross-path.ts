import type { Point } from './placement'

/** SVG path of a cross whose middle is left free, around a point of the screen. */
export const crossPath = ({ x, y }: Point): string =>
  `M${x - 11} ${y}h7M${x + 4} ${y}h7M${x} ${y - 11}v7M${x} ${y + 4}v7`

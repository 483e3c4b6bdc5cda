import type { Point } from './placement'

/** The linked cursor as an SVG path: open in the middle, so that what it marks can be seen. */
export const crossPath = ({ x, y }: Point): string =>
  `M${x - 13} ${y}h8M${x + 5} ${y}h8M${x} ${y - 13}v8M${x} ${y + 5}v8`

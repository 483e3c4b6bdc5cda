/** Area inside a closed line of points `[x, y]`, in the square of their unit (Gauss's shoelace). */
export function polygonArea(points: readonly (readonly [number, number])[]): number {
  const twice = points.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length]

    return sum + x * nextY - nextX * y
  }, 0)

  return Math.abs(twice) / 2
}

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DrawnMask } from '@engine/readers/drawing/crop'

/** Figures of SciPy and scikit-image, made by tools/drawing/golden.py. */
export const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../fixtures/drawing/golden.json', import.meta.url)), 'utf8')
) as {
  size: [number, number, number]
  spacing: [number, number, number]
  mask: number[]
  grey: number[]
  parts: { sizes: number[]; largest: number[]; atLeast30: number[] }
  holes: { shell: number[]; volume: number[]; slices: number[]; masksSlices: number[] }
  margin: Record<'grown' | 'dilated' | 'shrunk' | 'opened' | 'closed' | 'hollowInside' | 'hollowOutside', number[]>
  median: number[]
  medianDeep: number[]
  gaussian: number[]
  between: { drawn: number[]; filled: number[] }
  region: { seed: [number, number, number]; low: number; high: number; volume: number[]; slice: number[] }
  seeds: { seeds: number[][]; owner: number[][]; ties: number }
  polygons: { corners: [number, number][]; mask: number[] }[]
  axis: { mask: number[]; feret: number }
}

/** Run lengths of outside and inside in turns, as numpy flattened them. */
export function expand(runs: readonly number[], length: number): Uint8Array {
  const voxels = new Uint8Array(length)
  let at = 0
  runs.forEach((run, index) => {
    if (index % 2 === 1) voxels.fill(1, at, at + run)
    at += run
  })
  return voxels
}

export const goldenMask = (runs: readonly number[]): DrawnMask => ({
  voxels: expand(runs, golden.size[0] * golden.size[1] * golden.size[2]),
  size: golden.size,
  spacing: golden.spacing
})

/** Numbers of the voxels in which two masks differ: an empty list says where nothing is wrong. */
export function differences(one: Uint8Array, other: Uint8Array): number[] {
  return [...one.keys()].filter((index) => one[index] !== other[index])
}

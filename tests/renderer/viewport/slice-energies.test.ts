import { describe, expect, it } from 'vitest'
import type { DisplayMap } from '@shared/vocabulary'
import { RankCounter } from '../../../src-renderer/viewport/map-statistics'
import { measured } from '../../../src-renderer/viewport/overlay-style'
import { SliceEnergies } from '../../../src-renderer/viewport/slice-energies'

const energiesOf = (...slices: readonly (readonly number[])[]): SliceEnergies => {
  const energies = new SliceEnergies(slices.length)
  slices.forEach((values, slice) => energies.add(slice, Float32Array.from(values)))

  return energies
}

/** Values −1…1 of a small volume, always the same. */
const size: [number, number, number] = [40, 50, 6]
const values = Float32Array.from({ length: 40 * 50 * 6 }, (_, at) => (((at * 7919) % 2001) - 1000) / 1000)

/** The definition: what is shown of a slice, added up. */
const summed = (slice: number, threshold: number, upper: number): number =>
  values
    .subarray(slice * 2000, (slice + 1) * 2000)
    .reduce((sum, value) => (Math.abs(value) > threshold && Math.abs(value) <= upper ? sum + Math.abs(value) : sum), 0)

describe('what the slices of a map hold', () => {
  it('is the sum of the sizes', () => {
    expect([...energiesOf([0.25, 0.25], [0.5, -0.5], [0, 0]).within()]).toEqual([0.5, 1, 0])
    expect([...energiesOf([0.25, Number.NaN], [Number.NaN, Number.NaN], [1, -1]).within()]).toEqual([0.25, 0, 2])
  })

  it('leaves out what is hidden: a faint halo makes no slice hot', () => {
    const energies = energiesOf([0.2, 0.2], [0.7, 0], [-0.9, 0])
    expect([...energies.within({ threshold: 0.5 })].map((value) => value.toFixed(3))).toEqual([
      '0.000',
      '0.700',
      '0.900'
    ])
    expect([...energies.within({ threshold: 0.5, upper: 0.8 })].map((value) => value.toFixed(3))).toEqual([
      '0.000',
      '0.700',
      '0.000'
    ])
    expect([...energies.within({ threshold: 1 })]).toEqual([0, 0, 0])
  })

  it('agrees with adding voxel by voxel, to one bin of the scale', () => {
    const energies = new SliceEnergies(size[2])
    for (let slice = 0; slice < size[2]; slice++) energies.add(slice, values.subarray(slice * 2000, (slice + 1) * 2000))
    for (const [threshold, upper] of [
      [0, 1],
      [0.2, 1],
      [0.33, 0.71],
      [0.9, 0.95]
    ] as const) {
      energies.within({ threshold, upper }).forEach((energy, slice) => {
        // Two ends, each at most one bin off: 2,000 values on 1,001 sizes, four in a bin of 1/512.
        expect(Math.abs(energy - summed(slice, threshold, upper))).toBeLessThan(8)
        expect(summed(slice, threshold, upper)).toBeGreaterThan(20)
      })
    }
  })
})

describe('a map that is measured in turns', () => {
  const map: DisplayMap = {
    mapId: 'map-1',
    size,
    view: 'signed',
    values,
    low: 0,
    high: 1,
    unit: '',
    clippedAt: null,
    cells: { size: [1, 1, 1], values: new Float32Array(1) }
  }

  it('is the same map, measured the same', async () => {
    const turns = await measured(map)
    const ranks = new RankCounter(0, 1, true)
    ranks.add(values)
    expect(turns.ranks).toEqual(ranks.ranks())
    const energies = new SliceEnergies(size[2])
    for (let slice = 0; slice < size[2]; slice++) energies.add(slice, values.subarray(slice * 2000, (slice + 1) * 2000))
    expect([...turns.energies.within()]).toEqual([...energies.within()])
    expect(turns.map).toBe(map)
  })

  it('lets the window draw in between', async () => {
    let pauses = 0
    const large: DisplayMap = { ...map, size: [1000, 1000, 6], values: new Float32Array(6_000_000).fill(0.5) }
    const found = await measured(large, () => {
      pauses++
      return Promise.resolve()
    })
    expect(pauses).toBeGreaterThan(0)
    expect(found.energies.within()[5]).toBe(500_000)
  })
})

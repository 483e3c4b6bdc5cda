import { describe, expect, it } from 'vitest'
import { candidateRows, RowCalibration } from '@engine/runtime/row-calibration'

/** Runs a request of `total` rows; a run of n rows takes `seconds(n)`. Answers with the sizes of its runs. */
function request(calibration: RowCalibration, total: number, seconds: (rows: number) => number): number[] {
  const sizes: number[] = []
  for (let from = 0; from < total;) {
    const rows = calibration.next(total - from, total)
    calibration.record(rows, seconds(rows))
    sizes.push(rows)
    from += rows
  }
  return sizes
}

describe('RowCalibration', () => {
  it('tries each size twice on the rows of a long request and keeps the fastest', () => {
    const calibration = new RowCalibration([1, 2, 4, 8], 4)
    const eightIsBest = (rows: number): number => rows * (rows === 8 ? 1 : 2)
    expect(request(calibration, 50, eightIsBest)).toEqual([1, 1, 2, 2, 4, 4, 8, 8, 8, 8, 4])
  })

  it('counts the second run of a size only: the first makes room', () => {
    const calibration = new RowCalibration([1, 2], 2)
    const seen = new Set<number>()
    const slowAtFirst = (rows: number): number => {
      const first = !seen.has(rows)
      seen.add(rows)
      return first ? 100 : rows === 1 ? 1 : 4
    }
    request(calibration, 12, slowAtFirst)
    expect(calibration.next(8, 8)).toBe(1)
  })

  it('goes on where a request ended; short requests keep the usual size, though a run of a size that is due counts', () => {
    const calibration = new RowCalibration([1, 2, 4, 8], 4)
    expect(request(calibration, 5, () => 1)).toEqual([4, 1])
    expect(request(calibration, 16, (rows) => rows)).toEqual([1, 2, 2, 4, 4, 3])
    expect(request(calibration, 16, (rows) => rows)).toEqual([8, 8])
    // All sizes are equally fast: the usual one stays.
    expect(request(calibration, 16, (rows) => rows)).toEqual([4, 4, 4, 4])
  })

  it('keeps the usual size unless another is clearly faster', () => {
    const calibration = new RowCalibration([1, 2, 4, 8], 4)
    request(calibration, 32, (rows) => rows * (rows === 2 ? 0.97 : 1))
    expect(calibration.next(20, 20)).toBe(4)
  })
})

describe('candidateRows', () => {
  it('stays within a quarter of the memory, and never refuses one row', () => {
    expect(candidateRows(100, 4000)).toEqual([1, 2, 4, 8])
    expect(candidateRows(300, 4000)).toEqual([1, 2])
    expect(candidateRows(5000, 4000)).toEqual([1])
  })
})

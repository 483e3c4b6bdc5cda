import type { MapPrint } from '../map-prints'
import { alike, type Rerun } from './rerun'

/**
 * A map computed again beside the print that was kept of it. Identical bit for bit is only what its hash says; else `off` is the root mean
 * square of the difference, as a share of the whole map's range, estimated from the sums.
 */
export function printAgain(file: string, kept: MapPrint, again: MapPrint): Rerun {
  if (kept.shape.join() !== again.shape.join()) {
    const reason = `it was ${kept.shape.join(' × ')}, now it is ${again.shape.join(' × ')}`
    return { file, state: 'differs', off: null, reason }
  }
  if (kept.sha256 === again.sha256) return { file, state: 'identical', off: 0, reason: '' }
  const [low, high] = numbers(kept.range)
  const [lowAgain, highAgain] = numbers(again.range)
  const ends = Math.max(Math.abs(low - lowAgain), Math.abs(high - highAgain))
  const off = Math.max(ends, rootMeanSquare(kept, again)) / (high - low)
  if (!Number.isFinite(off)) return { file, state: 'differs', off: null, reason: 'its values have no range' }
  const shown = `differs by about ${(100 * off).toPrecision(2)} % of its range (all values, root mean square)`
  return { file, state: off <= alike ? 'alike' : 'differs', off, reason: shown }
}

const numbers = (text: string): number[] => text.split(' ').map(Number)

function rootMeanSquare(kept: MapPrint, again: MapPrint): number {
  const [before, now] = [numbers(kept.sums), numbers(again.sums)]
  const squares = before.reduce((sum, value, index) => sum + (value - now[index]) ** 2, 0)
  return Math.sqrt(squares / kept.shape.reduce((product, size) => product * size, 1))
}

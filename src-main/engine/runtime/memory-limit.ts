import { totalmem } from 'node:os'

const share = 0.8
const mebi = 2 ** 20
const gibi = 2 ** 30

/** The memory of the machine in bytes, or of the container when that is less. */
export function machineMemory(): number {
  const constrained = process.constrainedMemory() as number | undefined
  return constrained !== undefined && constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
}

/** Bytes the inference process may hold: 80 % of the machine's memory, or of the container's when that is less. */
export function defaultMemoryLimit(memory: number = machineMemory()): number {
  return Math.floor(memory * share)
}

/**
 * Bytes that things worth keeping may take together: so many sixteenths of the memory, never under 256 MiB, where work
 * would only go round in circles, nor over 4 GiB. A machine of 16 GiB keeps `sixteenths` gibibytes.
 */
export function keptShare(sixteenths: number, memory: number = machineMemory()): number {
  return Math.floor(Math.min(4 * gibi, Math.max(256 * mebi, (memory * sixteenths) / 16)))
}

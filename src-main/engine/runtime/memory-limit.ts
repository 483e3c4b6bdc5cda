import { totalmem } from 'node:os'

const share = 0.8

/** Bytes the inference process may hold: 80 % of the machine's memory, or of the container's when that is less. */
export function defaultMemoryLimit(): number {
  const constrained = process.constrainedMemory() as number | undefined
  const limit = constrained !== undefined && constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.floor(limit * share)
}

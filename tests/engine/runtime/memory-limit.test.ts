import { totalmem } from 'node:os'
import { describe, expect, it } from 'vitest'
import { defaultMemoryLimit, keptShare, machineMemory } from '@engine/runtime/memory-limit'

const gibi = 2 ** 30

describe('what may be kept in memory', () => {
  it('follows the memory of the machine', () => {
    expect(keptShare(1, 16 * gibi)).toBe(gibi)
    expect(keptShare(1.5, 16 * gibi)).toBe(1.5 * gibi)
    expect(keptShare(1, 8 * gibi)).toBe(gibi / 2)
    expect(keptShare(1.5, 32 * gibi)).toBe(3 * gibi)
  })

  it('ends at 256 MiB below and 4 GiB above', () => {
    expect(keptShare(1, 2 * gibi)).toBe(gibi / 4)
    expect(keptShare(1, 512 * gibi)).toBe(4 * gibi)
  })

  it('lets all that is kept fit beside the inference process on a small machine', () => {
    const together = [1, 1.5, 1, 1].map((share) => keptShare(share, 4 * gibi)).reduce((sum, bytes) => sum + bytes, 0)
    expect(together).toBeLessThan(1.25 * gibi)
  })

  it('takes the memory of this machine, or of its container', () => {
    expect(machineMemory()).toBeLessThanOrEqual(totalmem())
    expect(defaultMemoryLimit()).toBe(Math.floor(0.8 * machineMemory()))
  })
})

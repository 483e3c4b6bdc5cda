import { describe, expect, it } from 'vitest'
import { Kept } from '@shared/kept'

const never = (): Promise<number> => Promise.reject(new Error('asked again'))

describe('answers that are kept', () => {
  it('are computed once, and the least recently asked for leave', async () => {
    const kept = new Kept<number>(2, () => 1)
    for (const [key, value] of [
      ['a', 1],
      ['b', 2]
    ] as const)
      await kept.get(key, () => Promise.resolve(value))
    expect(await kept.get('a', never)).toBe(1)
    await kept.get('c', () => Promise.resolve(3))
    expect(['a', 'b', 'c'].map((key) => kept.has(key))).toEqual([true, false, true])
  })

  it('weigh nothing once they have left, even where they left before they came', async () => {
    const kept = new Kept<number>(2, (value) => value)
    let come: (value: number) => void = () => undefined
    const late = kept.get('late', () => new Promise((resolve) => (come = resolve)))
    await kept.get('heavy', () => Promise.resolve(5))
    // The one that is still computed is the older one: it left to make room.
    expect(kept.has('late')).toBe(false)
    come(100)
    expect(await late).toBe(100)
    for (const key of ['x', 'y']) await kept.get(key, () => Promise.resolve(1))
    expect([kept.has('x'), kept.has('y')]).toEqual([true, true])
  })

  it('do not hold failures', async () => {
    const kept = new Kept<number>(2, () => 1)
    await expect(kept.get('a', never)).rejects.toThrow('asked again')
    expect(await kept.get('a', () => Promise.resolve(7))).toBe(7)
  })
})

import { describe, expect, it } from 'vitest'
import { OpeningWeight } from '@engine/runtime/opening-weight'

describe('what opening a session elsewhere counts', () => {
  it('is one and a half calls before anything is known, and where calls are short', () => {
    const weight = new OpeningWeight()
    expect(weight.calls).toBe(1.5)
    weight.opened(0.3)
    expect(weight.calls).toBe(1.5)
    weight.ran(0)
    expect(weight.calls).toBe(1.5)
    weight.ran(0.02)
    expect(weight.calls).toBe(1.5)
  })

  it('is less than a call that waits where calls take longer than opening', () => {
    const weight = new OpeningWeight()
    weight.opened(0.5)
    weight.ran(5)
    expect(weight.calls).toBeCloseTo(0.1, 12)
  })

  it('follows what calls take now', () => {
    const weight = new OpeningWeight()
    weight.opened(1)
    weight.ran(1)
    for (let call = 0; call < 40; call++) weight.ran(10)
    expect(weight.calls).toBeGreaterThan(0.1)
    expect(weight.calls).toBeLessThan(0.101)
  })
})

import { describe, expect, it } from 'vitest'
import { RestartBudget } from '../../src-main/shell/restart-budget'

describe('RestartBudget', () => {
  it('allows a few restarts in a row, then none until time has passed', () => {
    const budget = new RestartBudget({ restarts: 2, withinMs: 1000 })

    expect([0, 100, 200].map((time) => budget.spend(time))).toEqual([true, true, false])
    expect(budget.spend(1001)).toBe(true)
    expect(budget.spend(1002)).toBe(false)
  })
})

import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Undoing } from '../../../src-renderer/state/undoing.svelte'

describe('changes that can be taken back', () => {
  let changes: Undoing
  let value: string
  const become = (next: string, kind?: string): void => {
    const before = value
    value = next
    changes.did({ words: next, kind, back: () => (value = before), forth: () => (value = next) })
  }

  beforeEach(() => {
    changes = new Undoing()
    value = 'a'
  })

  it('go back and forth in order, and a new one ends what was taken back', () => {
    become('b')
    become('c')
    expect([changes.undo(), value]).toEqual(['c', 'b'])
    expect([changes.undo(), value]).toEqual(['b', 'a'])
    expect(changes.undo()).toBeNull()
    expect([changes.redo(), value]).toEqual(['b', 'b'])
    become('d')
    expect(changes.redo()).toBeNull()
    expect([changes.undo(), value]).toEqual(['d', 'b'])
  })

  it('of one kind in one movement are one; after a pause they are another', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000)
    become('b', 'drag')
    become('c', 'drag')
    now.mockReturnValue(5000)
    become('d', 'drag')
    expect([changes.undo(), value]).toEqual(['d', 'c'])
    expect([changes.undo(), value]).toEqual(['c', 'a'])
    now.mockRestore()
  })

  it('that taking back makes are none, and what is forgotten is not taken back', () => {
    const before = value
    value = 'b'
    changes.did({ words: 'b', back: () => become(before), forth: () => become('b') })
    changes.undo()
    expect([value, changes.next, changes.redo()]).toEqual(['a', null, 'b'])
    changes.forget()
    expect(changes.undo()).toBeNull()
  })
})

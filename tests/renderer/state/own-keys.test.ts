import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chordsFrom, clashesOf, defaultBindings, taken } from '../../../src-renderer/state/key-clashes'
import { keyCommands } from '../../../src-renderer/state/key-table'
import {
  activeCommands,
  hintedCommands,
  keyDown,
  registerKeys,
  setKeyScopes
} from '../../../src-renderer/state/keys.svelte'
import { ownKeys } from '../../../src-renderer/state/own-keys.svelte'
import { profileHabits } from '../../../src-renderer/state/profile-habits.svelte'
import { FakeEngine, settled } from '../fake-port'

describe('clashes of a new key', () => {
  it('are none in the table as it stands, modes included', () => {
    for (const [id, { chords }] of keyCommands) expect(clashesOf(defaultBindings, id, chords), id).toEqual([])
  })

  it('name whoever acts on the same screen, never who cannot act there', () => {
    expect(clashesOf(defaultBindings, 'tool-eraser', ['B'])).toEqual([{ id: 'tool-brush', chord: 'B' }])
    expect(clashesOf(defaultBindings, 'case-next', ['B'])).toEqual([{ id: 'tool-brush', chord: 'B' }])
    expect(clashesOf(defaultBindings, 'add-map', ['B'])).toEqual([])
    expect(clashesOf(defaultBindings, 'tool-brush', ['ArrowUp']).map(({ id }) => id)).toEqual([
      'slice-previous',
      'cursor-up'
    ])
  })

  it('count the first stroke of two: it could not be awaited any more', () => {
    expect(clashesOf(defaultBindings, 'cine', ['W']).map(({ id }) => id)).toEqual(['window-preset', 'window-values'])
    expect(clashesOf(defaultBindings, 'cine', ['N 1'])).toEqual([{ id: 'case-next', chord: 'N' }])
  })
})

describe('a new key', () => {
  it('is swapped with the old one where the other command may have it', () => {
    const after = taken(defaultBindings, 'tool-eraser', ['B'])
    expect([after['tool-eraser'], after['tool-brush']]).toEqual([['B'], ['E']])
  })

  it('leaves the other without a key where the old one means something there', () => {
    // N also acts on View, where B is somebody's: nothing is pushed on to a third.
    const pushed = taken({ ...defaultBindings, target: ['B'] }, 'tool-brush', ['N'])
    expect([pushed['tool-brush'], pushed['case-next'], pushed.target]).toEqual([['N'], [], ['B']])
  })

  it('keeps the digits of a run: new modifiers, or a new first stroke', () => {
    expect(chordsFrom('certainty', 'Alt+3')).toEqual(['Alt+1', 'Alt+2', 'Alt+3', 'Alt+4', 'Alt+5'])
    expect(chordsFrom('layout', 'Shift+Z')).toEqual([1, 2, 3, 4, 5, 6].map((digit) => `Shift+Z ${digit}`))
    expect(chordsFrom('tool-brush', 'Alt+3')).toEqual(['Alt+3'])
  })
})

describe('the keys of a profile', () => {
  const stored = new Map<string | null, Record<string, string[]>>()
  let profile: string | null = null
  const seen: string[] = []
  let stops: (() => void)[] = []
  const press = (key: string): void =>
    keyDown({
      key,
      code: `Key${key.toUpperCase()}`,
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      shiftKey: false,
      target: null,
      preventDefault: () => undefined
    } as unknown as KeyboardEvent)

  /** Another profile works here. */
  const work = async (next: string | null): Promise<void> => {
    profile = next
    await profileHabits.follow(next)
  }

  beforeEach(async () => {
    stored.clear()
    new FakeEngine({
      'habits.read': () => ({ profile, habits: { keys: stored.get(profile) } }),
      'habits.keep': ({ habit }) => {
        if (habit.name === 'keys') stored.set(profile, habit.value)

        return {}
      }
    })
    seen.length = 0
    Object.assign(globalThis, { Element: class {} })
    await work('one')
    setKeyScopes(['cases', 'image', 'read'])
    stops = [
      registerKeys('read', { 'tool-brush': () => seen.push('brush'), 'tool-eraser': () => seen.push('eraser') }),
      registerKeys('image', { 'bare-image': () => seen.push('bare') })
    ]
  })
  afterEach(async () => {
    await work(null)
    stops.forEach((stop) => stop())
  })

  it('act at once, are kept, and belong to that profile alone', async () => {
    ownKeys.assign('tool-brush', ['Y'])
    press('y')
    press('b')
    expect(seen).toEqual(['brush'])
    await settled()
    expect(stored.get('one')).toEqual({ 'tool-brush': ['Y'] })

    await work('two')
    press('y')
    press('b')
    expect(seen).toEqual(['brush', 'brush'])
    await work('one')
    expect(ownKeys.cap('tool-brush')).toBe('Y')
    ownKeys.resetAll()
    expect([ownKeys.cap('tool-brush'), ownKeys.changes]).toEqual(['B', 0])
  })

  it('forget what is no command', async () => {
    stored.set('odd', { nothing: ['B'], 'tool-eraser': ['Y'] })
    await work('odd')
    expect([ownKeys.changes, ownKeys.cap('tool-eraser'), ownKeys.cap('tool-brush')]).toEqual([1, 'Y', 'B'])
  })

  it('are listed and hinted as they are, in the words of the screen', () => {
    ownKeys.assign('tool-brush', ['Y'])
    const brush = activeCommands().find(([id]) => id === 'tool-brush')?.[1]
    expect(brush?.chords).toEqual(['Y'])
    expect(hintedCommands().map(([, { hint }]) => hint)).toEqual(['brush', 'eraser', 'outlines on/off'])
    setKeyScopes(['cases', 'image', 'view'])
    expect(hintedCommands().map(([, { hint }]) => hint)).toEqual(['map on/off'])
  })
})

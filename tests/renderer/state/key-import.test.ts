import { describe, expect, it } from 'vitest'
import { isChord } from '../../../src-renderer/state/chord'
import { clashesOf, defaultBindings, taken } from '../../../src-renderer/state/key-clashes'
import { importedBindings } from '../../../src-renderer/state/key-import'
import { keyCommands } from '../../../src-renderer/state/key-table'

const without = (id: string): Record<string, readonly string[]> =>
  Object.fromEntries(Object.entries(defaultBindings).filter(([one]) => one !== id))

describe('keys of a file', () => {
  it('are taken as they were exported, changed ones and all', () => {
    expect(importedBindings(defaultBindings)).toEqual({ bindings: defaultBindings, unknown: [] })
    const swapped = taken(defaultBindings, 'tool-eraser', ['B'])
    expect(importedBindings(swapped)).toEqual({ bindings: swapped, unknown: [] })
    // Every key of the table is one.
    for (const [id, { chords }] of keyCommands)
      expect(
        chords.filter((chord) => !isChord(chord)),
        id
      ).toEqual([])
  })

  it('of commands that are not known here are left out and counted', () => {
    expect(importedBindings({ ...defaultBindings, 'a-later-one': ['B'] })).toEqual({
      bindings: defaultBindings,
      unknown: ['a-later-one']
    })
  })

  it('go before those of commands that the file does not know, which lose theirs', () => {
    const found = importedBindings({ ...without('tool-brush'), 'tool-eraser': ['B'] })
    if (typeof found === 'string') throw new Error(found)
    expect([found.bindings['tool-eraser'], found.bindings['tool-brush']]).toEqual([['B'], []])
    for (const [id] of keyCommands) expect(clashesOf(found.bindings, id, found.bindings[id]), id).toEqual([])
  })

  it('that two commands would share are refused with both names', () => {
    expect(importedBindings({ 'tool-brush': ['X'], 'tool-eraser': ['X'] })).toMatch(
      /^Nothing was changed: the file gives X to “Brush” and to “Eraser”\.$/
    )
  })

  it('that are none, that cannot be given away, or that break a run of digits are refused', () => {
    expect(importedBindings({ 'tool-brush': ['Blue'] })).toMatch(/the key “Blue”/)
    expect(importedBindings({ 'tool-brush': ['Shift+Tab'] })).toMatch(/the key “Shift\+Tab”/)
    expect(importedBindings({ 'tool-brush': ['Escape'] })).toMatch(/the key “Escape”/)
    expect(importedBindings({ layout: ['V 1', 'V 2'] })).toMatch(/other keys than its digits/)
    expect(importedBindings({ layout: [] })).toMatchObject({ bindings: { layout: [] } })
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Habit, Habits } from '@shared/habits'
import { settled } from '../fake-port'

const old = {
  preset: 'OHIF-like',
  changed: { right: 'pan', nowhere: 'pan', left: 'fly' },
  sensitivity: 2,
  upIsBrighter: false
}

describe('habits of a profile in the window', () => {
  const stored = new Map<string, string>()
  let profile: string | null
  let kept: Record<string, Partial<Habits>>
  let moved: { profile: string | null; habit: Habit }[]
  let here: Awaited<ReturnType<typeof controllers>>

  async function controllers() {
    vi.resetModules()
    const { FakeEngine } = await import('../fake-port')
    const { profileHabits } = await import('../../../src-renderer/state/profile-habits.svelte')
    const { mouse } = await import('../../../src-renderer/state/mouse.svelte')
    const { habits } = await import('../../../src-renderer/state/view-habits.svelte')
    const { settingsChanges } = await import('../../../src-renderer/state/undoing.svelte')
    const engine = new FakeEngine({
      'habits.read': () => ({ profile, habits: kept[profile ?? ''] ?? {} }),
      'habits.keep': ({ habit: { name, value } }) => {
        kept[profile ?? ''] = { ...kept[profile ?? ''], [name]: value }

        return {}
      },
      'habits.moveIn': (one) => {
        moved.push(one as (typeof moved)[number])
        if (one.habit.name === 'keys' && one.profile === 'full') throw new Error('full')

        return {}
      }
    })

    return { profileHabits, mouse, habits, settingsChanges, engine }
  }

  beforeEach(async () => {
    stored.clear()
    // As the browser's own: its names are its keys.
    vi.stubGlobal(
      'localStorage',
      new Proxy(
        {},
        {
          ownKeys: () => [...stored.keys()],
          getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
          get: (_target, name) =>
            ({ getItem: (key: string) => stored.get(key) ?? null, removeItem: (key: string) => stored.delete(key) })[
              name as string
            ]
        }
      )
    )
    profile = 'one'
    kept = { two: { mouse: { ...old, changed: {} } } }
    moved = []
    here = await controllers()
  })
  afterEach(() => vi.unstubAllGlobals())

  it('are those of whoever works here, and nobody else’s', async () => {
    await here.profileHabits.start()
    expect([here.mouse.preset, here.mouse.table.right, here.habits.layoutOf('CT')]).toEqual([
      'Saliscope',
      'zoom',
      'single'
    ])
    here.mouse.assign('right', 'window')
    here.habits.keepLayout('CT', 'mpr')
    await settled()
    expect(kept['one']).toMatchObject({ mouse: { changed: { right: 'window' } }, view: { layouts: { CT: 'mpr' } } })

    profile = 'two'
    await here.profileHabits.follow('two')
    expect([here.mouse.preset, here.mouse.table.right, here.habits.layoutOf('CT')]).toEqual([
      'OHIF-like',
      'zoom',
      'single'
    ])
    // What the one changed is not the other's to take back.
    expect(here.settingsChanges.undo()).toBeNull()
    profile = 'one'
    await here.profileHabits.follow('one')
    expect([here.mouse.table.right, here.habits.layoutOf('CT')]).toEqual(['window', 'mpr'])
  })

  it('are taken back and made again', async () => {
    await here.profileHabits.start()
    here.mouse.assign('right', 'window')
    here.settingsChanges.undo()
    expect(here.mouse.table.right).toBe('zoom')
    here.settingsChanges.redo()
    await settled()
    expect([here.mouse.table.right, kept['one'].mouse?.changed]).toEqual(['window', { right: 'window' }])
  })

  it('move in from where the window kept them, once; what does not arrive stays', async () => {
    stored.set('saliscope.mouse', JSON.stringify(old))
    stored.set('saliscope.view', '{"layouts":')
    stored.set('saliscope.keys.one', '{"cine":["Y"]}')
    stored.set('saliscope.keys.full', '{"cine":["Y"]}')
    stored.set('saliscope.keys.nobody', '{"cine":["Y"]}')
    stored.set('saliscope.settings', '{}')
    await here.profileHabits.start()
    expect(moved.map(({ profile: to, habit }) => [to, habit.name])).toEqual([
      [null, 'mouse'],
      ['one', 'keys'],
      ['full', 'keys']
    ])
    expect([...stored.keys()]).toEqual(['saliscope.keys.full', 'saliscope.settings'])
  })

  it('forget places and actions that the table does not know', async () => {
    kept['one'] = { mouse: old }
    await here.profileHabits.start()
    expect(here.mouse.table).toMatchObject({ left: 'tool', right: 'pan' })
    expect(here.mouse.changed).toBe(1)
  })
})

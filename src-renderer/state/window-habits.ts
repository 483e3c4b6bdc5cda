import * as v from 'valibot'
import { habitSchemas, type Habit, type HabitName } from '@shared/habits'

interface Moved {
  readonly profile: string | null
  readonly habit: Habit
}

/** Names in the window's own storage, as earlier versions wrote them. */
const MOUSE = 'saliscope.mouse'
const VIEW = 'saliscope.view'
const KEYS = 'saliscope.keys.'
/** Changes of keys before anybody had chosen a profile. */
const NOBODY = 'nobody'

/** What earlier versions kept in the window: mouse and windows of whoever worked here, keys by profile. */
class WindowHabits {
  /** Hands each to the workspace, and forgets it once it is there. What is no habit is forgotten too. */
  async moveIn(hand: (moved: Moved) => Promise<unknown>): Promise<void> {
    for (const name of this.#names()) {
      const moved = this.#read(name)
      try {
        if (moved !== null) await hand(moved)
        localStorage.removeItem(name)
      } catch {
        // It stays for the next start.
      }
    }
  }

  #names(): string[] {
    try {
      return Object.keys(localStorage).filter((name) => name === MOUSE || name === VIEW || name.startsWith(KEYS))
    } catch {
      return []
    }
  }

  #read(name: string): Moved | null {
    const habit: HabitName = name === MOUSE ? 'mouse' : name === VIEW ? 'view' : 'keys'
    const profile = habit === 'keys' ? name.slice(KEYS.length) : null
    if (profile === NOBODY) return null
    try {
      const found = v.safeParse(habitSchemas[habit], JSON.parse(localStorage.getItem(name) ?? ''))

      return found.success ? { profile, habit: { name: habit, value: found.output } as Habit } : null
    } catch {
      return null
    }
  }
}

export const windowHabits = new WindowHabits()

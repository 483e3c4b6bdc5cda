import * as v from 'valibot'
import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import { HeldValues } from '@engine/project/held-values'
import { keepValue, keptValue } from '@engine/project/kept-values'
import { findProfile, listProfiles } from '@engine/project/profile-rows'
import { type Habit, type HabitName, type Habits, type habitCommands, habitSchemas } from '@shared/habits'
import { readKeys, saveKeys } from './key-file'
import type { Workbench } from './workbench'

type HabitHandlers = Pick<Handlers, keyof typeof habitCommands>

const nameOf = (profile: string, name: HabitName): string => `habits ${name} ${profile}`

/** Keys, mouse and windows of each profile, in the database of the workspace. */
export function habitHandlers(workbench: Workbench): HabitHandlers {
  return { ...ownHabitHandlers(workbench), ...keyFileHandlers(workbench) }
}

type KeyFileHandlers = Pick<HabitHandlers, 'keys.save' | 'keys.open'>

/** Keys as a file of the user's. */
function keyFileHandlers({ options }: Workbench): KeyFileHandlers {
  return {
    async 'keys.save'({ grant, keys }) {
      return { file: saveKeys(options.resolveGrant(grant), keys) }
    },

    async 'keys.open'({ grant }) {
      return { keys: readKeys(options.resolveGrant(grant)) }
    }
  }
}

function ownHabitHandlers({ profiles, workspace, emit }: Workbench): Omit<HabitHandlers, keyof KeyFileHandlers> {
  /** What cannot be written, for now or at all, is as it was said until the program ends. */
  const held = new HeldValues<Habit['value']>()
  const kept = <K extends HabitName>(profile: string, name: K): Habits[K] | undefined => {
    const place = nameOf(profile, name)
    const found = v.safeParse(habitSchemas[name], held.of(place) ?? keptValue(workspace.database, place))
    return found.success ? (found.output as Habits[K]) : undefined
  }
  const keep = (profile: string, { name, value }: Habit): void => {
    const place = nameOf(profile, name)
    const written = held.hold(place, value)
    if (workspace.readOnly !== null) return
    workspace.saver.write(() => {
      keepValue(workspace.database, place, value)
      written()
    })
  }
  return {
    async 'habits.read'() {
      const profile = profiles.orNobody?.id ?? null
      if (profile === null) return { profile, habits: {} }
      return {
        profile,
        habits: { keys: kept(profile, 'keys'), mouse: kept(profile, 'mouse'), view: kept(profile, 'view') }
      }
    },

    async 'habits.keep'({ habit }) {
      const profile = profiles.current.id
      keep(profile, habit)
      emit('habit', { profile, habit })
      return {}
    },

    async 'habits.moveIn'({ profile, habit }) {
      const one = profile === null ? null : findProfile(workspace.database, profile)
      const to = profile === null ? listProfiles(workspace.database) : one === null ? [] : [one]
      for (const { id } of to) if (kept(id, habit.name) === undefined) keep(id, habit)
      // It holds until the program ends: the window keeps it for a start at which it can be written.
      const { readOnly } = workspace
      if (readOnly !== null) throw new Fault('read-only', readOnly.sentence)
      return {}
    }
  }
}

import { randomUUID } from 'node:crypto'
import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import { type Profile, listProfiles } from '@engine/project/profile-rows'
import { keepPin } from '@engine/project/pin'
import type { ProfileList, ProfileSummary } from '@shared/profile'
import type { Workbench } from './workbench'

type ProfileHandlers = Pick<Handlers, Extract<keyof Handlers, `profile.${string}`>>

/** Who works here: chosen at the start, switched at any time. */
export function profileHandlers({ profiles, drawings, readings, workspace, emit }: Workbench): ProfileHandlers {
  const summaryOf = ({ id, name, role, pin }: Profile, reads = readings.keptFor): ProfileSummary => {
    return { profile: id, name, role, hasPin: pin !== null, hasReading: reads === id }
  }
  const list = (): ProfileList => {
    const reads = readings.keptFor
    return {
      profiles: listProfiles(workspace.database).map((one) => summaryOf(one, reads)),
      current: profiles.orNobody === null ? null : summaryOf(profiles.orNobody, reads)
    }
  }
  const saved = (profile: Profile, what: 'profile created' | 'profile changed'): ProfileSummary => {
    requireFreeName(listProfiles(workspace.database), profile)
    profiles.save(profile, what)
    emit('profile', list())
    return summaryOf(profile)
  }
  return {
    async 'profile.list'() {
      return list()
    },

    async 'profile.create'({ name, role, pin }) {
      requireManager(profiles.current)
      const kept = pin === null ? null : await keepPin(pin)
      return saved({ id: randomUUID(), name, role, pin: kept }, 'profile created')
    },

    async 'profile.choose'({ profile, pin }) {
      drawings.requireSaved()
      const chosen = await profiles.choose(profile, pin)
      drawings.closeAll()
      emit('profile', list())
      return summaryOf(chosen)
    },

    async 'profile.change'({ profile: id, name, role, pin, currentPin }) {
      const [changed, by] = [profiles.require(id), profiles.current]
      if (changed.id !== by.id || role !== undefined) requireManager(by)
      if (changed.id === by.id && pin !== undefined) await profiles.checkPin(changed, currentPin)
      const kept = typeof pin === 'string' ? await keepPin(pin) : pin
      return saved(
        { id, name: name ?? changed.name, role: role ?? changed.role, pin: kept === undefined ? changed.pin : kept },
        'profile changed'
      )
    }
  }
}

/** Throws Fault `read-only`: a reader who could make a researcher of himself would see what he must not. */
function requireManager({ role, name }: Profile): void {
  if (role !== 'reader') return
  throw new Fault('read-only', `${name} reads here and cannot change profiles.`, {
    hint: 'Switch to a profile of an organiser or researcher.'
  })
}

/** Throws Fault `bad-parameter`: two readers of one name could not be told apart in a report. */
function requireFreeName(known: readonly Profile[], { id, name }: Profile): void {
  const fold = (text: string): string => text.normalize('NFC').toLocaleLowerCase('en')
  if (!known.some((other) => other.id !== id && fold(other.name) === fold(name))) return
  throw new Fault('bad-parameter', `There is a profile "${name}" already.`, { hint: 'Choose another name.' })
}

import { Fault } from '@engine/fault'
import { isPin } from '@engine/project/pin'
import type { Profile } from '@engine/project/profile-rows'

/** Wrong PINs in a row, and when the next one may be tried; by profile. */
export type PinTries = Map<string, { wrong: number; waitUntil: number }>

/** So many may be wrong before waiting begins; every further one doubles the wait. */
const freeTries = 4
const longestWaitMs = 60_000

/** Throws Fault `bad-parameter` when it is not the profile's PIN, or was tried too often. */
export async function checkPin(tries: PinTries, profile: Profile, pin: string | null, now = Date.now()): Promise<void> {
  if (profile.pin === null) return
  const known = tries.get(profile.id) ?? { wrong: 0, waitUntil: 0 }
  if (now < known.waitUntil) {
    const seconds = Math.ceil((known.waitUntil - now) / 1000)
    throw new Fault('bad-parameter', 'The PIN was wrong too often.', { hint: `Wait ${seconds} s, then try again.` })
  }
  if (pin !== null && (await isPin(pin, profile.pin))) {
    tries.delete(profile.id)
    return
  }
  const wrong = known.wrong + (pin === null ? 0 : 1)
  const wait = wrong <= freeTries ? 0 : Math.min(longestWaitMs, 1000 * 2 ** (wrong - freeTries))
  tries.set(profile.id, { wrong, waitUntil: now + wait })
  throw new Fault('bad-parameter', `That is not the PIN of ${profile.name}.`, { hint: 'Try again.' })
}

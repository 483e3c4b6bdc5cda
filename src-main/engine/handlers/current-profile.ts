import { Fault } from '@engine/fault'
import { appendAudit } from '@engine/project/audit'
import { type Profile, findProfile, listProfiles, saveProfile } from '@engine/project/profile-rows'
import type { Workspace } from '@engine/project/workspace'
import { type PinTries, checkPin } from './pin-tries'

/** Whose program it is now: this profile signs what is drawn, and its role decides what is shown. */
export class CurrentProfile {
  private chosen: Profile | null
  private readonly tries: PinTries = new Map()

  /** A workspace of one profile without a PIN is that profile's; otherwise somebody has to choose. */
  constructor(private readonly workspace: Workspace) {
    const profiles = listProfiles(workspace.database)
    this.chosen = profiles.length === 1 && profiles[0].pin === null ? profiles[0] : null
  }

  get orNobody(): Profile | null {
    return this.chosen
  }

  /** Throws Fault `not-chosen`. */
  get current(): Profile {
    if (this.chosen !== null) return this.chosen
    throw new Fault('not-chosen', 'Nobody has said who is working here.', { hint: 'Choose a profile first.' })
  }

  /** Throws Fault `not-found`, `bad-parameter` for a wrong PIN. */
  async choose(id: string, pin: string | null): Promise<Profile> {
    const profile = this.require(id)
    await checkPin(this.tries, profile, pin)
    this.sign('profile chosen', profile, {})
    this.chosen = profile
    return profile
  }

  /** A new profile, or an earlier one with other words; signed by the current one. */
  save(profile: Profile, what: 'profile created' | 'profile changed'): void {
    const { database } = this.workspace
    const signer = this.current
    database.transaction(() => {
      saveProfile(database, profile)
      this.sign(what, signer, { profile: profile.id, role: profile.role, pin: profile.pin !== null })
    })
    if (this.chosen?.id === profile.id) this.chosen = profile
  }

  /** Throws Fault `bad-parameter` when it is not the profile's PIN. */
  async checkPin(profile: Profile, pin: string | null): Promise<void> {
    await checkPin(this.tries, profile, pin)
  }

  /** Throws Fault `not-found`. */
  require(id: string): Profile {
    const profile = findProfile(this.workspace.database, id)
    if (profile === null) throw new Fault('not-found', 'There is no such profile in this workspace.')
    return profile
  }

  private sign(what: string, { id, name }: Profile, detail: Readonly<Record<string, string | boolean>>): void {
    const { database, id: workspaceId, readOnly } = this.workspace
    if (readOnly !== null) return
    database.transaction(() => {
      appendAudit(database, { who: id, name, what, subject: id, payload: '', detail }, workspaceId)
    })
  }
}

import { type Profile, firstProfile } from '@engine/project/profile-rows'
import type { Workspace } from '@engine/project/workspace'

/** Whose program it is now: this profile signs what is drawn, and its role decides what is shown. */
export class CurrentProfile {
  private profile: Profile

  constructor(workspace: Workspace) {
    this.profile = firstProfile(workspace.database)
  }

  get current(): Profile {
    return this.profile
  }

  choose(profile: Profile): void {
    this.profile = profile
  }
}

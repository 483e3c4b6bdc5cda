import type { FaultReport } from '@shared/fault'
import type { ProfileList, ProfileSummary, Role } from '@shared/profile'
import type { Input } from '@shared/protocol'
import { call, on, onReconnect } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { shell } from './shell.svelte'

/** Who works here: the profiles of the workspace and the current one. */
class Profiles {
  list = $state.raw<readonly ProfileSummary[]>([])
  current = $state.raw<ProfileSummary | null>(null)
  /** False until the engine has told. */
  known = $state(false)
  pickerOpen = $state(false)
  /** Why the last choice or change was refused; shown in the picker. */
  refusal = $state.raw<FaultReport | null>(null)

  /** What the screens show; nobody sees what a reader must not see before somebody has chosen. */
  get role(): Role {
    return this.current?.role ?? 'reader'
  }

  get mustChoose(): boolean {
    return this.known && this.current === null
  }

  /** Follows the engine; returns the function that stops it. */
  listen(): () => void {
    const stops = [on('profile', (list) => this.#take(list)), onReconnect(() => void this.start())]

    return () => stops.forEach((stop) => stop())
  }

  /** Asks who works here; before anything is put on the page that is not for everybody. */
  async start(): Promise<void> {
    try {
      this.#take(await call('profile.list', {}))
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  /** True when it is chosen. */
  async choose(profile: ProfileSummary, pin: string): Promise<boolean> {
    return this.#ask(async () => {
      await call('profile.choose', { profile: profile.profile, pin: pin === '' ? null : pin })
      this.pickerOpen = false
    })
  }

  /** True when it is made. */
  async create(name: string, role: Role, pin: string): Promise<boolean> {
    return this.#ask(async () => {
      await call('profile.create', { name, role, pin: pin === '' ? null : pin })
    })
  }

  /** Changes the profile that works here: what is given. True when it is changed. */
  async changeOwn(change: Omit<Input<'profile.change'>, 'profile'>): Promise<boolean> {
    const { current } = this
    if (current === null) return false

    return this.#ask(async () => {
      await call('profile.change', { profile: current.profile, ...change })
    })
  }

  async #ask(work: () => Promise<void>): Promise<boolean> {
    this.refusal = null
    try {
      await work()

      return true
    } catch (thrown) {
      this.refusal = toFaultReport(thrown)

      return false
    }
  }

  #take({ profiles, current }: ProfileList): void {
    this.list = profiles
    this.current = current
    this.known = true
    if (current === null) this.pickerOpen = true
  }
}

export const profiles = new Profiles()

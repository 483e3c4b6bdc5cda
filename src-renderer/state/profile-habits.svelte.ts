import type { Habit, HabitName, Habits } from '@shared/habits'
import type { FaultReport } from '@shared/fault'
import { call, on, onReconnect } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { settingsChanges } from './undoing.svelte'
import { windowHabits } from './window-habits'

/** What the current profile has in the hands, as the workspace keeps it; every change is sent at once. */
class ProfileHabits {
  #values = $state.raw<Partial<Habits>>({})
  #profile: string | null = null
  /** Changes the engine has not answered: what it tells of meanwhile is older. */
  #sent = 0
  #report: (fault: FaultReport) => void = () => undefined

  get keys(): Habits['keys'] | undefined {
    return this.#values.keys
  }
  get mouse(): Habits['mouse'] | undefined {
    return this.#values.mouse
  }
  get view(): Habits['view'] | undefined {
    return this.#values.view
  }

  /** Reads them, after what earlier versions kept in the window has moved in. Ask before the first image is shown. */
  async start(): Promise<void> {
    await windowHabits.moveIn((moved) => call('habits.moveIn', moved))
    await this.#read()
  }

  /** Another profile works here, or nobody. */
  async follow(profile: string | null): Promise<void> {
    if (profile !== this.#profile) await this.#read()
  }

  /** Follows the other window and the engine, and tells what went wrong; returns the function that stops it. */
  listen(report: (fault: FaultReport) => void): () => void {
    this.#report = report
    const stops = [
      on('habit', ({ profile, habit }) => {
        if (profile === this.#profile && this.#sent === 0) this.#put(habit)
      }),
      onReconnect(() => void this.#read())
    ]

    return () => stops.forEach((stop) => stop())
  }

  /** Takes a habit on and keeps it; where nobody has chosen a profile, until somebody does. */
  keep<K extends HabitName>(name: K, value: Habits[K]): void {
    const habit = { name, value } as Habit
    this.#put(habit)
    if (this.#profile === null) return
    this.#sent += 1
    call('habits.keep', { habit })
      .catch((thrown: unknown) => this.#report(toFaultReport(thrown)))
      .finally(() => (this.#sent -= 1))
  }

  #put({ name, value }: Habit): void {
    this.#values = { ...this.#values, [name]: value }
  }

  async #read(): Promise<void> {
    try {
      const { profile, habits } = await call('habits.read', {})
      // What one profile changed is not taken back by another.
      if (profile !== this.#profile) settingsChanges.forget()
      this.#profile = profile
      this.#values = habits
    } catch (thrown) {
      this.#report(toFaultReport(thrown))
    }
  }
}

export const profileHabits = new ProfileHabits()

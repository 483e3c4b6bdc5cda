import { undoWords } from './catalogue-undo'
import {
  actionsOf,
  mousePlaces,
  mousePresets,
  mouseTables,
  type MouseAction,
  type MousePlace,
  type MousePreset,
  type MouseTable
} from './mouse-table'
import { profileHabits } from './profile-habits.svelte'
import { settingsChanges } from './undoing.svelte'

const clamp = (value: number): number => Math.min(4, Math.max(0.25, value))

interface Stored {
  readonly preset: MousePreset
  readonly changed: Partial<Record<MousePlace, MouseAction>>
  readonly sensitivity: number
  readonly upIsBrighter: boolean
}

const usual: Stored = { preset: 'Saliscope', changed: {}, sensitivity: 1, upIsBrighter: true }

/** Only what the table knows: a place or an action of another version is forgotten. */
function changesIn(changed: Readonly<Record<string, string>>): Stored['changed'] {
  return Object.fromEntries(
    mousePlaces.flatMap((place) => {
      const action = actionsOf(place).find((one) => one === changed[place])

      return action === undefined ? [] : [[place, action]]
    })
  )
}

/** The mouse of the current profile: a preset, single lines changed, how far a drag goes. */
class Mouse {
  readonly #values: Stored = $derived.by(() => {
    const stored = profileHabits.mouse ?? usual
    const preset = mousePresets.find((one) => one === stored.preset) ?? usual.preset

    return { ...stored, preset, changed: changesIn(stored.changed) }
  })

  get preset(): MousePreset {
    return this.#values.preset
  }

  readonly table: MouseTable = $derived({ ...mouseTables[this.preset], ...this.#values.changed })

  /** Lines that differ from the preset. */
  readonly changed: number = $derived(
    mousePlaces.filter((place) => this.table[place] !== mouseTables[this.preset][place]).length
  )

  /** 1: two pixels are one step of 1/512 of the value range. */
  get sensitivity(): number {
    return this.#values.sensitivity
  }
  set sensitivity(value: number) {
    this.#set({ sensitivity: clamp(value) })
  }

  get upIsBrighter(): boolean {
    return this.#values.upIsBrighter
  }
  set upIsBrighter(upIsBrighter: boolean) {
    this.#set({ upIsBrighter })
  }

  choose(preset: MousePreset): void {
    this.#set({ preset, changed: {} })
  }

  assign(place: MousePlace, action: MouseAction): void {
    this.#set({ changed: { ...this.#values.changed, [place]: action } })
  }

  #set(change: Partial<Stored>): void {
    const values = { before: this.#values, after: { ...this.#values, ...change } }
    settingsChanges.change({ words: undoWords.mouse, kind: 'mouse' }, values, ({ changed, ...rest }) =>
      profileHabits.keep('mouse', { ...rest, changed: { ...changed } as Record<string, string> })
    )
  }
}

export const mouse = new Mouse()

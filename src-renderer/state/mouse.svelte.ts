import { kept } from './kept'
import {
  mousePlaces,
  mousePresets,
  mouseTables,
  type MouseAction,
  type MousePlace,
  type MousePreset,
  type MouseTable
} from './mouse-table'

const clamp = (value: number): number => Math.min(4, Math.max(0.25, value))

interface Stored {
  preset: MousePreset
  changed: Partial<Record<MousePlace, MouseAction>>
  sensitivity: number
  upIsBrighter: boolean
}

const store = kept<Stored>('saliscope.mouse', { preset: 'Saliscope', changed: {}, sensitivity: 1, upIsBrighter: true })

/** The user's mouse: a preset, single lines changed, how far a drag goes. Kept in the window's own storage. */
class Mouse {
  #values = $state<Stored>(store.read())

  get preset(): MousePreset {
    return mousePresets.find((one) => one === this.#values.preset) ?? 'Saliscope'
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
    this.#values = { ...this.#values, ...change }
    store.write(this.#values)
  }
}

export const mouse = new Mouse()

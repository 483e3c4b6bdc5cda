import { kept } from './kept'
import type { Layout } from './viewer.svelte'

/** A window of the user's own. */
export interface OwnPreset {
  readonly name: string
  readonly center: number
  readonly width: number
}

interface Stored {
  /** Layout last chosen for each modality. */
  layouts: Record<string, Layout>
  /** Windows of the user's own for each modality. */
  presets: Record<string, OwnPreset[]>
  /** Images a second. */
  fps: number
}

const SLOWEST = 1
const FASTEST = 60
export const MOST_PRESETS = 7

const store = kept<Stored>('saliscope.view', { layouts: {}, presets: {}, fps: 10 })

/** How the user likes to look at images of each modality; kept in the window's own storage. */
class ViewHabits {
  #values = $state.raw<Stored>(store.read())

  get fps(): number {
    return this.#values.fps
  }
  set fps(fps: number) {
    this.#set({ fps: Math.min(FASTEST, Math.max(SLOWEST, Math.round(fps))) })
  }

  layoutOf(modality: string): Layout {
    return this.#values.layouts[modality] ?? 'single'
  }

  keepLayout(modality: string, layout: Layout): void {
    if (modality !== '') this.#set({ layouts: { ...this.#values.layouts, [modality]: layout } })
  }

  presetsOf(modality: string): readonly OwnPreset[] {
    return this.#values.presets[modality] ?? []
  }

  /** Modalities with windows of the user's own. */
  get modalities(): readonly string[] {
    return Object.keys(this.#values.presets).filter((modality) => this.presetsOf(modality).length > 0)
  }

  /** Adds a window, or replaces the one of this name. */
  keepPreset(modality: string, preset: OwnPreset): void {
    const before = this.presetsOf(modality)
    const known = before.some(({ name }) => name === preset.name)
    const after = known ? before.map((one) => (one.name === preset.name ? preset : one)) : [...before, preset]
    this.#set({ presets: { ...this.#values.presets, [modality]: after.slice(-MOST_PRESETS) } })
  }

  removePreset(modality: string, name: string): void {
    const left = this.presetsOf(modality).filter((one) => one.name !== name)
    this.#set({ presets: { ...this.#values.presets, [modality]: left } })
  }

  #set(change: Partial<Stored>): void {
    this.#values = { ...this.#values, ...change }
    store.write(this.#values)
  }
}

export const habits = new ViewHabits()

import type { Habits } from '@shared/habits'
import { undoWords } from './catalogue-undo'
import { profileHabits } from './profile-habits.svelte'
import { settingsChanges } from './undoing.svelte'
import type { Layout } from './viewer.svelte'

/** A window of the user's own. */
export interface OwnPreset {
  readonly name: string
  readonly center: number
  readonly width: number
}

const SLOWEST = 1
const FASTEST = 60
export const MOST_PRESETS = 7

const layouts: readonly Layout[] = ['single', 'mpr', 'side-by-side', 'grid', 'cuts', 'mosaic']
const usual: Habits['view'] = { layouts: {}, presets: {}, fps: 10 }

/** How the current profile likes to look at images of each modality. */
class ViewHabits {
  get #values(): Habits['view'] {
    return profileHabits.view ?? usual
  }

  get fps(): number {
    return this.#values.fps
  }
  set fps(fps: number) {
    this.#set({ fps: Math.min(FASTEST, Math.max(SLOWEST, Math.round(fps))) })
  }

  layoutOf(modality: string): Layout {
    return layouts.find((one) => one === this.#values.layouts[modality]) ?? 'single'
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
    this.#setPresets(preset.name, modality, after.slice(-MOST_PRESETS))
  }

  removePreset(modality: string, name: string): void {
    const left = this.presetsOf(modality).filter((one) => one.name !== name)
    this.#setPresets(name, modality, left)
  }

  /** A change that undo takes back. */
  #setPresets(name: string, modality: string, after: readonly OwnPreset[]): void {
    const own = { before: this.presetsOf(modality), after }
    settingsChanges.change({ words: undoWords.preset(name) }, own, (presets) =>
      this.#set({ presets: { ...this.#values.presets, [modality]: [...presets] } })
    )
  }

  #set(change: Partial<Habits['view']>): void {
    profileHabits.keep('view', { ...this.#values, ...change })
  }
}

export const habits = new ViewHabits()

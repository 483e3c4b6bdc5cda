import type { Filling } from '@shared/comparison'
import type { Sides } from '../viewport/standard-turn'

export type Theme = 'dark' | 'light'

interface Stored {
  theme: Theme
  textPercent: number
  cornerText: boolean
  filling: Filling
  sides: Sides
}

const STORE = 'saliscope.settings'
const defaults: Stored = { theme: 'dark', textPercent: 100, cornerText: true, filling: 'blur', sides: 'radiological' }

function load(): Stored {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORE) ?? '{}')

    return { ...defaults, ...(typeof stored === 'object' ? stored : {}) }
  } catch {
    return defaults
  }
}

/** How the app looks; kept in the window's own storage, written at every change. */
class Settings {
  #values = $state<Stored>(load())

  get theme(): Theme {
    return this.#values.theme
  }
  set theme(theme: Theme) {
    this.#set({ theme })
  }

  /** Size of all text, 90 to 130. */
  get textPercent(): number {
    return this.#values.textPercent
  }
  set textPercent(textPercent: number) {
    this.#set({ textPercent })
  }

  /** Lines in the corners of the image when a case is opened. */
  get cornerText(): boolean {
    return this.#values.cornerText
  }
  set cornerText(cornerText: boolean) {
    this.#set({ cornerText })
  }

  /** What stands in for removed pixels. */
  get filling(): Filling {
    return this.#values.filling
  }
  set filling(filling: Filling) {
    this.#set({ filling })
  }

  /** Which way round volumes are shown when they are opened. */
  get sides(): Sides {
    return this.#values.sides
  }
  set sides(sides: Sides) {
    this.#set({ sides })
  }

  /** Puts the look on the page; call in an `$effect`. */
  apply(root: HTMLElement): void {
    root.dataset['theme'] = this.theme
    root.style.setProperty('--text-scale', String(this.textPercent / 100))
  }

  #set(change: Partial<Stored>): void {
    this.#values = { ...this.#values, ...change }
    try {
      localStorage.setItem(STORE, JSON.stringify(this.#values))
    } catch {
      // A window without storage keeps the choice until it closes.
    }
  }
}

export const settings = new Settings()

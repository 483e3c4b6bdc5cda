import { capsOn, namesOn, type KeyboardLayout } from './key-positions'

/** Chromium's own; other browsers have none. */
interface LayoutSource {
  getLayoutMap?: () => Promise<Iterable<readonly [string, string]>>
}

/** The user's keyboard: which key is which, and what is printed on it. Until it is known it is the one of the key table. */
class Keyboard {
  #layout = $state.raw<KeyboardLayout>(new Map())

  /** Name of a key of the table by its position. */
  readonly names: ReadonlyMap<string, string> = $derived(namesOn(this.#layout))
  readonly #caps: ReadonlyMap<string, string> = $derived(capsOn(this.#layout))

  /** What the user reads on the key of a name. */
  cap(name: string): string {
    return this.#caps.get(name) ?? name
  }

  /** Asks which keyboard it is; at the start, and when the window comes back to the front, since the user may have changed it. */
  async ask(): Promise<void> {
    const source = (globalThis.navigator as (Navigator & { keyboard?: LayoutSource }) | undefined)?.keyboard
    try {
      const layout = await source?.getLayoutMap?.()
      if (layout !== undefined) this.use(new Map(layout))
    } catch {
      // A page that may not ask goes on by position.
    }
  }

  use(layout: KeyboardLayout): void {
    this.#layout = layout
  }
}

export const keyboard = new Keyboard()

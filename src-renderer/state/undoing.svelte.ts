/** A change that can be taken back and made again, in the words of a history. */
export interface Undoable {
  readonly words: string
  readonly back: () => void
  readonly forth: () => void
  /** Changes of one kind that follow each other closely, such as the steps of a drag, are one. */
  readonly kind?: string
}

/** Changes kept at most. */
const MOST = 200
/** A pause this long ends a run of changes of one kind. */
const PAUSE_MS = 800

/** Changes of one screen in the order they were made; what was taken back can be made again until the next change. */
export class Undoing {
  #done = $state.raw<readonly Undoable[]>([])
  #undone = $state.raw<readonly Undoable[]>([])
  #lastAt = 0
  /** What takes a change back makes none. */
  #moving = false

  /** The words of what would be taken back; null for nothing. */
  get next(): string | null {
    return this.#done.at(-1)?.words ?? null
  }

  did(change: Undoable): void {
    if (this.#moving) return
    const now = performance.now()
    const last = this.#done.at(-1)
    const goesOn =
      change.kind !== undefined &&
      last?.kind === change.kind &&
      this.#undone.length === 0 &&
      now - this.#lastAt < PAUSE_MS
    this.#done = goesOn
      ? [...this.#done.slice(0, -1), { ...change, back: last.back }]
      : [...this.#done.slice(-MOST + 1), change]
    this.#undone = []
    this.#lastAt = now
  }

  /** Puts something in the place of what was there before, and remembers both. */
  change<State>(
    named: Pick<Undoable, 'words' | 'kind'>,
    { before, after }: { readonly before: State; readonly after: State },
    put: (state: State) => void
  ): void {
    put(after)
    this.did({ ...named, back: () => put(before), forth: () => put(after) })
  }

  /** Takes the last change back; its words, null where there is none. */
  undo(): string | null {
    const last = this.#done.at(-1)
    if (last === undefined) return null
    this.#done = this.#done.slice(0, -1)
    this.#undone = [...this.#undone, last]
    this.#move(last.back)

    return last.words
  }

  redo(): string | null {
    const last = this.#undone.at(-1)
    if (last === undefined) return null
    this.#undone = this.#undone.slice(0, -1)
    this.#done = [...this.#done, last]
    this.#move(last.forth)

    return last.words
  }

  /** What was changed belongs to something that is gone. */
  forget(): void {
    this.#done = []
    this.#undone = []
  }

  #move(work: () => void): void {
    this.#moving = true
    try {
      work()
    } finally {
      this.#moving = false
    }
  }
}

/** Measurements, regions and landmarks on the image of View. */
export const viewChanges = new Undoing()
/** Keys, mouse and windows in Settings. */
export const settingsChanges = new Undoing()

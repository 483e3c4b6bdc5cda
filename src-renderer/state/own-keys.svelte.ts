import { undoWords } from './catalogue-undo'
import { clashesOf, defaultBindings, taken, type Bindings, type Clash } from './key-clashes'
import { chordLabel, chordsLabel, keyCommands, keyTable, type CommandId, type KeyCommand } from './key-table'
import { profileHabits } from './profile-habits.svelte'
import { settingsChanges } from './undoing.svelte'

type Changed = Partial<Record<CommandId, readonly string[]>>

/** Only what the table knows: a key of an earlier version is forgotten. */
function changesIn(stored: object): Changed {
  return Object.fromEntries(
    Object.entries(stored).filter(
      ([id, chords]) =>
        id in keyTable && Array.isArray(chords) && chords.every((one) => typeof one === 'string' && one !== '')
    )
  ) as Changed
}

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((chord, index) => chord === other[index])

/** The keys as the current profile has them: the table, and what was changed in it. */
class OwnKeys {
  readonly #changed: Changed = $derived(changesIn(profileHabits.keys ?? {}))

  readonly bindings: Bindings = $derived({ ...defaultBindings, ...this.#changed })

  /** Every command with the keys it has now, in the order of the table. */
  readonly commands: readonly [CommandId, KeyCommand][] = $derived(
    keyCommands.map(([id, command]) => [id, { ...command, chords: this.bindings[id] }])
  )

  /** First strokes of chords of two. */
  readonly firstStrokes: ReadonlySet<string> = $derived(
    new Set(
      this.commands.flatMap(([, { chords }]) =>
        chords.filter((chord) => chord.includes(' ')).map((chord) => chord.split(' ')[0])
      )
    )
  )

  /** How many commands have other keys than the table. */
  readonly changes: number = $derived(Object.keys(this.#changed).length)

  isChanged(id: CommandId): boolean {
    return this.#changed[id] !== undefined
  }

  /** Who would lose a key. */
  clashes(id: CommandId, chords: readonly string[]): Clash[] {
    return clashesOf(this.bindings, id, chords)
  }

  /** What `taken` would leave the losers of; for the question before it. */
  after(id: CommandId, chords: readonly string[]): Bindings {
    return taken(this.bindings, id, chords)
  }

  /** Gives a command its keys; whoever had them loses them or gets the old ones. */
  assign(id: CommandId, chords: readonly string[]): void {
    this.#change(undoWords.key(keyTable[id].title), this.after(id, chords))
  }

  resetAll(): void {
    this.#change(undoWords.allKeys, defaultBindings)
  }

  /** The keys of a file in the place of all there are. */
  replaceAll(bindings: Bindings): void {
    this.#change(undoWords.importedKeys, bindings)
  }

  /** A key of a command as it is written on a cap, the first one or that of a run; empty for none. */
  cap(id: CommandId, at = 0): string {
    return chordLabel(this.bindings[id][at] ?? '')
  }

  /** All keys of a command in one short text; empty for none. */
  caps(id: CommandId): string {
    return chordsLabel({ chords: this.bindings[id] })
  }

  /** A change that undo takes back. */
  #change(words: string, after: Bindings): void {
    settingsChanges.change({ words }, { before: this.bindings, after }, (bindings) => this.#keep(bindings))
  }

  #keep(bindings: Bindings): void {
    const changed = Object.entries(bindings).filter(([id, chords]) => !same(chords, defaultBindings[id as CommandId]))
    profileHabits.keep('keys', Object.fromEntries(changed.map(([id, chords]) => [id, [...chords]])))
  }
}

export const ownKeys = new OwnKeys()

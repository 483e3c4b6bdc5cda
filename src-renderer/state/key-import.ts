import { keyWords } from './catalogue-keys'
import { isChord } from './chord'
import { clashesOf, defaultBindings, runOf, type Bindings } from './key-clashes'
import { chordLabel, keyTable, type CommandId } from './key-table'

/** The bindings a file of keys makes, and the commands in it that are none here; or a sentence why it cannot be taken. */
export type Imported = { readonly bindings: Bindings; readonly unknown: readonly string[] } | string

const isCommand = (id: string): id is CommandId => Object.hasOwn(keyTable, id)

/**
 * What the file names gets its keys; the rest has those of the table, less what the file gives away: a file of an earlier version
 * knows nothing of newer commands. A key that two commands of the file would share is refused, and so is what is no key.
 */
export function importedBindings(file: Readonly<Record<string, readonly string[]>>): Imported {
  const entries = Object.entries(file)
  const named = entries.flatMap(([id, chords]) => (isCommand(id) ? [[id, chords] as const] : []))
  for (const [id, chords] of named) {
    const wrong = chords.find((chord) => !mayHave(id, chord))
    if (wrong !== undefined) return keyWords.noKey(wrong, keyTable[id].title)
    if (!keepsDigits(id, chords)) return keyWords.noRun(keyTable[id].title)
  }
  const bindings: Record<CommandId, readonly string[]> = { ...defaultBindings, ...Object.fromEntries(named) }
  for (const [id, chords] of named) {
    for (const { id: other, chord } of clashesOf(bindings, id, chords)) {
      if (Object.hasOwn(file, other))
        return keyWords.twice(chordLabel(chord), keyTable[id].title, keyTable[other].title)
      const isLost = (theirs: string): boolean =>
        clashesOf({ ...bindings, [other]: [theirs] }, id, chords).some((clash) => clash.id === other)
      bindings[other] = bindings[other].filter((theirs) => !isLost(theirs))
    }
  }

  return { bindings, unknown: entries.map(([id]) => id).filter((id) => !isCommand(id)) }
}

/** A key that moves from control to control cannot be given away; who has it in the table keeps it. */
const mayHave = (id: CommandId, chord: string): boolean =>
  defaultBindings[id].includes(chord) || (isChord(chord) && !/(^|[+ ])(Tab|Escape)$/u.test(chord))

/** A run of keys keeps its digits, each of them, or has none. */
function keepsDigits(id: CommandId, chords: readonly string[]): boolean {
  const digits = runOf(id)
  if (digits === null || chords.length === 0) return true
  const theirs = new Set(chords.map((chord) => chord.slice(-1)))

  return theirs.size === digits.length && digits.every((digit) => theirs.has(digit))
}

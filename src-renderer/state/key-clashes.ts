import { keyTable, screenScopes, type CommandId, type KeyScope } from './key-table'

/** The chords of every command, as they are or as they would be. */
export type Bindings = Readonly<Record<CommandId, readonly string[]>>

export interface Clash {
  readonly id: CommandId
  /** The other command's chord that could not be told from a new one. */
  readonly chord: string
}

export const defaultBindings = Object.fromEntries(
  Object.entries(keyTable).map(([id, { chords }]) => [id, chords])
) as Bindings

/** Scopes that can act at the same time: `cursor` is a mode of Read and of measuring in View. */
const together: readonly (readonly KeyScope[])[] = [
  ...Object.values(screenScopes).map((scopes: readonly KeyScope[]): KeyScope[] => [
    'everywhere',
    ...scopes,
    ...(scopes.includes('read') || scopes.includes('view') ? (['cursor'] as const) : [])
  ]),
  // A dialog: it also goes from case to case and from slice to slice.
  ['everywhere', 'adjudication', 'cases', 'image']
]

const meet = (one: KeyScope, other: KeyScope): boolean =>
  together.some((scopes) => scopes.includes(one) && scopes.includes(other))

/** `V 2` and `V` cannot both act: the first stroke would be one of them already. */
const cannotTell = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `)

/** A key that the table itself gives to both, one of them a mode that takes it. */
const meantForBoth = (one: CommandId, other: CommandId, chord: string): boolean =>
  defaultBindings[one].includes(chord) && defaultBindings[other].includes(chord)

/** Commands that would lose a key if `id` got `chords`; one line for each command. */
export function clashesOf(bindings: Bindings, id: CommandId, chords: readonly string[]): Clash[] {
  return (Object.keys(keyTable) as CommandId[]).flatMap((other) => {
    if (other === id || !meet(keyTable[id].scope, keyTable[other].scope)) return []
    const chord = bindings[other].find((theirs) =>
      chords.some((ours) => cannotTell(ours, theirs) && !meantForBoth(id, other, ours))
    )

    return chord === undefined ? [] : [{ id: other, chord }]
  })
}

/** The digits of a command that stands for a run of keys, such as `V 1` to `V 6`; null for any other. */
export function runOf(id: CommandId): readonly string[] | null {
  const { chords } = keyTable[id]
  if (chords.length < 3) return null

  return [...new Set(chords.map((chord) => chord.slice(-1)))]
}

/**
 * The chords a command gets from what was pressed. A run of keys keeps its digits: a digit pressed with Ctrl, Alt or Shift
 * gives all of them these, any other key becomes the first stroke.
 */
export function chordsFrom(id: CommandId, pressed: string): readonly string[] {
  const digits = runOf(id)
  if (digits === null) return [pressed]
  const stem = /^((Ctrl|Alt|Shift)\+)*\d$/u.test(pressed) ? pressed.slice(0, -1) : `${pressed} `

  return digits.map((digit) => `${stem}${digit}`)
}

/**
 * The bindings after `id` got `chords`: whoever had them loses them, and a single one gets the old key of `id` where
 * nothing stands in the way.
 */
export function taken(bindings: Bindings, id: CommandId, chords: readonly string[]): Bindings {
  const losers = clashesOf(bindings, id, chords)
  const after: Record<CommandId, readonly string[]> = { ...bindings, [id]: chords }
  for (const { id: loser } of losers) {
    after[loser] = bindings[loser].filter((theirs) => !chords.some((ours) => cannotTell(ours, theirs)))
  }
  const [only] = losers
  if (losers.length !== 1 || runOf(id) !== null || runOf(only.id) !== null) return after
  const given = [...after[only.id], ...bindings[id].filter((chord) => !chords.includes(chord))]
  if (clashesOf(after, only.id, given).length === 0) after[only.id] = given

  return after
}

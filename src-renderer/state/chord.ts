import { namesOn } from './key-positions'

/** The parts of a KeyboardEvent that decide which chord it is. */
export interface Stroke {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  /** AltGr is held; on Windows it says Ctrl and Alt besides. */
  readonly altGraph?: boolean
}

const named = /^(Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End|Enter|Escape|Tab|Delete|Backspace|F\d{1,2})$/u

const stroke =
  /^(Ctrl\+)?(Alt\+)?(Shift\+)?([A-Z\d,./;'[\]\\=?-]|Space|Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End|Enter|Escape|Tab|Delete|Backspace|F\d{1,2})$/u

/** What `chordOf` would call a key, or two of them with a space between. */
export const isChord = (text: string): boolean =>
  text.split(' ').length <= 2 && text.split(' ').every((one) => stroke.test(one))

/** The key without modifiers: a typed letter wins, then what the layout calls the key at this place; digits go by place. */
function keyName({ key, code }: Stroke, names: ReadonlyMap<string, string>): string | null {
  if (/^[a-z]$/iu.test(key)) return key.toUpperCase()
  if (named.test(key)) return key
  if (code === 'Space') return 'Space'
  if (/^(Digit|Numpad)\d$/u.test(code)) return code.slice(-1)

  return names.get(code) ?? null
}

/** A character of the table typed with AltGr, such as `[` on many keyboards; null for any other stroke. */
const typedByAltGr = ({ key, altGraph = false, shiftKey }: Stroke): string | null =>
  altGraph && !shiftKey && /^[,./;'[\]\\=-]$/u.test(key) ? key : null

const american = namesOn(new Map())

/** How a chord is found: on which platform, and with the names that the keys have on this keyboard. */
export interface Board {
  readonly mac?: boolean
  readonly names?: ReadonlyMap<string, string>
}

/** `Ctrl+Shift+O`, `?`, `Space`; null for a modifier on its own and for keys the table cannot name. */
export function chordOf(stroke: Stroke, { mac = false, names = american }: Board = {}): string | null {
  const ctrl = mac ? stroke.metaKey : stroke.ctrlKey
  const alone = typedByAltGr(stroke)
  if (alone !== null) return alone
  // These two stand in other places on other layouts, and are what the user reads on the key; Shift is part of typing them.
  if (!stroke.altKey && (stroke.key === '/' || (stroke.key === '?' && !ctrl)))
    return `${ctrl ? 'Ctrl+' : ''}${stroke.key}`

  const name = keyName(stroke, names)
  if (name === null) return null

  return `${ctrl ? 'Ctrl+' : ''}${stroke.altKey ? 'Alt+' : ''}${stroke.shiftKey ? 'Shift+' : ''}${name}`
}

/** True for chords that a text field keeps for itself. */
export const isTyping = (chord: string): boolean => !/^(Ctrl\+|Alt\+|F\d|Shift\+F\d)/u.test(chord)

/** Editing keys that a text field keeps even with Ctrl: select all, copy, paste, cut, undo, and moving by word. */
export const isEditing = (chord: string): boolean =>
  /^Ctrl\+(Shift\+)?([ACVXZY]|Arrow\w+|Backspace|Delete|Home|End)$/u.test(chord)

/** The parts of a KeyboardEvent that decide which chord it is. */
export interface Stroke {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const punctuation: Record<string, string> = {
  Comma: ',',
  Period: '.',
  Slash: '/',
  Semicolon: ';',
  Quote: "'",
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Minus: '-',
  Equal: '=',
  Space: 'Space'
}
const named = /^(Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End|Enter|Escape|Tab|Delete|Backspace|F\d{1,2})$/u

/** The key without modifiers: a typed letter wins over a position, digits and punctuation go by position. */
function keyName({ key, code }: Stroke): string | null {
  if (/^\p{L}$/u.test(key)) return key.toUpperCase()
  if (named.test(key)) return key
  if (/^(Digit|Numpad)\d$/u.test(code)) return code.slice(-1)

  return punctuation[code] ?? null
}

/** `Ctrl+Shift+O`, `?`, `Space`; null for a modifier on its own and for keys the table cannot name. */
export function chordOf(stroke: Stroke, mac = false): string | null {
  const ctrl = mac ? stroke.metaKey : stroke.ctrlKey
  // These two stand in other places on other layouts, and are what the user reads on the key.
  if (!ctrl && !stroke.altKey && (stroke.key === '?' || stroke.key === '/')) return stroke.key

  const name = keyName(stroke)
  if (name === null) return null

  return `${ctrl ? 'Ctrl+' : ''}${stroke.altKey ? 'Alt+' : ''}${stroke.shiftKey ? 'Shift+' : ''}${name}`
}

/** True for chords that a text field keeps for itself. */
export const isTyping = (chord: string): boolean => !/^(Ctrl\+|Alt\+|F\d|Shift\+F\d)/u.test(chord)

/** Editing keys that a text field keeps even with Ctrl: select all, copy, paste, cut, undo, and moving by word. */
export const isEditing = (chord: string): boolean =>
  /^Ctrl\+(Shift\+)?([ACVXZY]|Arrow\w+|Backspace|Delete|Home|End)$/u.test(chord)

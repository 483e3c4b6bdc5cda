/** What the keys of a keyboard type without Shift, by their position (`KeyboardEvent.code`), as `getLayoutMap` answers. */
export type KeyboardLayout = ReadonlyMap<string, string>

/** The names of the key table, each at its place on the keyboard the table was written for. */
const positions: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => [`Key${letter}`, letter])),
  Comma: ',',
  Period: '.',
  Slash: '/',
  Semicolon: ';',
  Quote: "'",
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Minus: '-',
  Equal: '='
}
const names = new Set(Object.values(positions))
const nameOf = (typed: string | undefined): string | null => {
  const upper = typed?.toUpperCase() ?? ''

  return names.has(upper) ? upper : null
}

/**
 * The name of every key of a layout: the character it types where the table knows it, else that of its position, if no
 * other key types that. Digits go by position everywhere (the digit row of AZERTY types `&é"'(-`). Each name has one key.
 */
export function namesOn(layout: KeyboardLayout): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const taken = new Set<string>()
  const give = (code: string, name: string): void => {
    found.set(code, name)
    taken.add(name)
  }
  for (const [code, typed] of layout) {
    const name = /^(Digit|Numpad)/u.test(code) ? null : nameOf(typed)
    if (name !== null && !taken.has(name)) give(code, name)
  }
  for (const [code, name] of Object.entries(positions)) if (!found.has(code) && !taken.has(name)) give(code, name)
  // What is left over goes to keys that have no name yet: nothing of the table is out of reach.
  const free = Object.keys(positions).filter((code) => !found.has(code))
  // The slash is read as it is typed, wherever that is.
  const homeless = [...names].filter((name) => name !== '/' && !taken.has(name))
  homeless.slice(0, free.length).forEach((name, at) => give(free[at], name))

  return found
}

/** What is printed on the key of each name, where that is something else. */
export function capsOn(layout: KeyboardLayout): ReadonlyMap<string, string> {
  return new Map(
    [...namesOn(layout)].flatMap(([code, name]) => {
      const typed = layout.get(code)

      return typed === undefined || nameOf(typed) === name ? [] : [[name, typed.toUpperCase()] as const]
    })
  )
}

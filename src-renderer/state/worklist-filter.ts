/** What the filter of the list of cases looks at. */
export interface CaseFacts {
  /** Everything that may be typed, in small letters. */
  readonly words: string
  /** Which of `stateWords` are true of the case. */
  readonly states: ReadonlySet<StateWord>
  /** Probability or logit of the model's answer; null while it was not asked. */
  readonly answer: number | null
}

/** Words with a meaning of their own: they find the state, not the letters, so that "outlined" leaves out "not outlined". */
export const stateWords = [
  'to do',
  'started',
  'done',
  'not outlined',
  'outlined',
  'no finding',
  'no map',
  'mapped',
  'warning'
] as const
export type StateWord = (typeof stateWords)[number]

export interface Filter {
  readonly states: readonly StateWord[]
  readonly words: readonly string[]
  readonly limits: readonly { readonly above: boolean; readonly value: number }[]
}

/** Parts of a filter: `"two words"`, state words, limits of the answer (`>0.5`, `<0.2`), and plain letters. */
export function parseFilter(text: string): Filter {
  const states: StateWord[] = []
  const words: string[] = []
  let rest = text.toLowerCase().replaceAll(/"([^"]+)"/gu, (_all, quoted: string) => {
    words.push(quoted.trim())

    return ' '
  })
  for (const state of stateWords) {
    const whole = new RegExp(`(?<=^|\\s)${state.replace(' ', '\\s+')}(?=\\s|$)`, 'gu')
    if (!whole.test(rest)) continue
    states.push(state)
    rest = rest.replaceAll(whole, ' ')
  }
  const tokens = rest.split(/\s+/u).filter(Boolean)
  const limits = tokens.flatMap((token) => {
    const match = /^([<>])=?(-?\d*\.?\d+)$/u.exec(token)

    return match === null ? [] : [{ above: match[1] === '>', value: Number(match[2]) }]
  })
  words.push(...tokens.filter((token) => !/^[<>]=?-?[\d.]*$/u.test(token)))

  return { states, words, limits }
}

/** Whether every part of a filter is true of a case. */
export function passes({ states, words, limits }: Filter, facts: CaseFacts): boolean {
  return (
    states.every((state) => facts.states.has(state)) &&
    words.every((word) => facts.words.includes(word)) &&
    limits.every(({ above, value }) => facts.answer !== null && (above ? facts.answer >= value : facts.answer <= value))
  )
}

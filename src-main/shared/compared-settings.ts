import type { Report, ResultRow } from './report'

/** A row in its report. */
export type Placed = readonly [report: Report, row: ResultRow]
type Settings = Readonly<Record<string, unknown>>

/** What stands in the one report and in the other. */
export const bothWords = (here: string, there: string): string => `“${here}” in the first, “${there}” in the second`

/** Expression or parameters of a map that are not the same: one id may stand for another map in the other report. */
export function mapsApart([a, row]: Placed, [b]: Placed): string[] {
  const of = ({ methods }: Report): Report['methods'][number] | undefined => methods.find(({ id }) => id === row.method)
  const [here, there] = [of(a), of(b)]
  if (here === undefined || there === undefined) return []
  return here.expr === there.expr
    ? settingsApart(here.params, there.params).map(({ words }) => `map: ${words}`)
    : [`map: ${bothWords(here.expr, there.expr)}`]
}

/** How many images, draws or partners stand behind a figure, and which figures are printed: the figure means the same. */
const ofTheSample = new Set([
  ...['minimumPatients', 'draws', 'level', 'interval', 'images', 'independentImages', 'onlyCorrect'],
  ...['randomPairs', 'randomDraws', 'permutations', 'similarities', 'individual']
])

/** Criteria whose rows stand under another area than their id. */
const areas: Readonly<Record<string, string>> = { 'answer-key': 'cues', 'cue-zones': 'cues', 'map-kinds': 'cues' }

/** Parameters of a row's question that are not the same: how pixels are removed, weights drawn anew, regions scored. Older reports do not state them. */
export function questionsApart([a, row]: Placed, [b]: Placed): string[] {
  const [area] = row.criterion.split('.')
  const [here, there] = [askedOf(a), askedOf(b)]
  return here.flatMap(({ id, params }) => {
    const other = there.find((one) => one.id === id)
    if ((areas[id] ?? id) !== area || other === undefined) return []
    return settingsApart(params, other.params)
      .filter(({ name }) => !ofTheSample.has(name))
      .map(({ words }) => `question: ${words}`)
  })
}

const askedOf = ({ recipe }: Report): readonly { id: string; params: Settings }[] =>
  (recipe['criteria'] as readonly { id: string; params: Settings }[] | undefined) ?? []

/** Of the settings that both state: a report of an earlier version knows fewer. */
function settingsApart(here: Settings, there: Settings): { name: string; words: string }[] {
  return Object.keys(here).flatMap((name) => {
    if (!(name in there)) return []
    const [one, other] = [plain(here[name]), plain(there[name])]
    return one === other ? [] : [{ name, words: `${name} ${bothWords(one, other)}` }]
  })
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

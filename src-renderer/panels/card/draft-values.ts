/** A card while it is edited: plain JSON that may be wrong in places until it is accepted. */
export type Draft = unknown

type Steps = readonly string[]

/** The value at a path such as `outputs.0.threshold`. */
export function valueAt(draft: Draft, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
      draft
    )
}

function put(at: unknown, [step, ...rest]: Steps, value: unknown): unknown {
  if (step === undefined) return value
  if (Array.isArray(at)) {
    return at.map((item: unknown, index) => (String(index) === step ? put(item, rest, value) : item))
  }

  const object = typeof at === 'object' && at !== null ? (at as Record<string, unknown>) : {}
  if (rest.length === 0 && value === undefined) {
    const { [step]: _removed, ...others } = object

    return others
  }

  return { ...object, [step]: put(object[step], rest, value) }
}

/** A copy of the draft with one value changed; `undefined` takes the entry out. */
export const withValue = (draft: Draft, path: string, value: unknown): Draft => put(draft, path.split('.'), value)

/** What was typed, as a number where it is one; the text itself otherwise, so that the check can name it. */
export function readNumber(text: string): number | string | undefined {
  const trimmed = text.trim().replace('−', '-')
  if (trimmed === '') return undefined

  const value = Number(trimmed)

  return Number.isFinite(value) ? value : trimmed
}

/** A comma list as values. */
export function readList(text: string, item: 'text' | 'number'): unknown[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

  return item === 'text' ? parts : parts.map((part) => readNumber(part))
}

/** A value as it stands in a text field. */
export function written(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(written).join(', ')
  if (typeof value === 'object') return JSON.stringify(value)

  return String(value)
}

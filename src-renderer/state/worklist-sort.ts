/** Columns of the list of cases that it can be sorted by. */
export const sortColumns = [
  'name',
  'image',
  'modality',
  'date',
  'finding',
  'answer',
  'outline',
  'maps',
  'reading'
] as const
export type SortColumn = (typeof sortColumns)[number]

export interface Sorting {
  readonly column: SortColumn
  readonly direction: 'up' | 'down'
}

/** Numbers of interest come highest first, names and dates from the front. */
const first = (column: SortColumn): Sorting['direction'] =>
  column === 'answer' || column === 'maps' || column === 'outline' ? 'down' : 'up'

/** What a press on a column's head leads to: sorted, sorted the other way round, the order of the list again. */
export function nextSorting(now: Sorting | null, column: SortColumn): Sorting | null {
  if (now?.column !== column) return { column, direction: first(column) }
  if (now.direction !== first(column)) return null

  return { column, direction: now.direction === 'up' ? 'down' : 'up' }
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Sorts by a key; items without one (null, '') stand last either way, and equal ones keep their order. */
export function sorted<T>(
  items: readonly T[],
  key: (item: T) => string | number | null,
  direction: Sorting['direction']
): T[] {
  const sign = direction === 'up' ? 1 : -1
  const keyed = items.map((item) => {
    const value = key(item)

    return { item, value: value === '' || (typeof value === 'number' && Number.isNaN(value)) ? null : value }
  })

  return keyed
    .sort(({ value: one }, { value: other }) => {
      if (one === null || other === null) return Number(one === null) - Number(other === null)
      if (typeof one === 'number' && typeof other === 'number') return sign * (one - other)

      return sign * collator.compare(String(one), String(other))
    })
    .map(({ item }) => item)
}

import { SvelteSet } from 'svelte/reactivity'
import type { CaseSummary } from '@shared/vocabulary'
import { shownCase } from './identity.svelte'
import { session } from './session.svelte'
import { studyLines, type StudyLine } from './study-lines'
import { viewer } from './viewer.svelte'
import { worklist } from './worklist.svelte'
import { parseFilter, passes, type CaseFacts, type Filter, type StateWord } from './worklist-filter'
import { nextSorting, sorted, type SortColumn, type Sorting } from './worklist-sort'

export type CaseGroup = 'all' | CaseSummary['source']

const wordsOf = new WeakMap<CaseSummary, string>()

/** Words of a case that the filter looks at; put together once for each. */
function haystack(one: CaseSummary): string {
  const known = wordsOf.get(one)
  if (known !== undefined) return known
  const made = [
    one.title,
    one.subtitle,
    one.study?.description ?? '',
    one.modality,
    one.date ?? '',
    one.label ?? '',
    ...one.attached.map(({ from }) => from)
  ]
    .join(' ')
    .toLowerCase()
  wordsOf.set(one, made)

  return made
}

function factsOf(one: CaseSummary): CaseFacts {
  const states = new Set<StateWord>([
    worklist.readingOf(one.caseId),
    one.masks > 0 ? 'outlined' : 'not outlined',
    worklist.mapsOf(one.caseId) > 0 ? 'mapped' : 'no map',
    ...(one.label === null ? (['no finding'] as const) : []),
    ...(one.warnings.length > 0 ? (['warning'] as const) : [])
  ])

  return {
    words: `${haystack(one)} ${[...states].join(' ')}`,
    states,
    answer: worklist.answerOf(one.caseId)?.value ?? null
  }
}

/** What a column of the list sorts by; null: nothing is known. */
const sortKeys: Record<SortColumn, (one: CaseSummary) => string | number | null> = {
  name: (one) => shownCase(one, studies.numbers.get(one.caseId) ?? 0).title,
  image: ({ size }) => size[0] * size[1] * size[2],
  modality: ({ modality }) => modality,
  date: ({ date }) => (viewer.identityHidden ? null : date),
  finding: ({ label }) => label,
  answer: ({ caseId }) => worklist.answerOf(caseId)?.value ?? null,
  outline: ({ masks }) => masks,
  maps: ({ caseId }) => worklist.mapsOf(caseId),
  reading: ({ caseId }) => ['to do', 'started', 'done'].indexOf(worklist.readingOf(caseId))
}

/** What the study list shows and what is selected in it. */
class Studies {
  filter = $state('')
  group = $state<CaseGroup>('all')
  /** The list of refused files is open. */
  refusedOpen = $state(false)
  selected = new SvelteSet<string>()
  /** null: in the order they were opened. */
  sorting = $state.raw<Sorting | null>(null)
  /** Places as they were when the order was asked for: what comes later moves no row under the pointer. */
  #places = $state.raw<ReadonlyMap<string, number>>(new Map())

  /** What the filter lists, whatever the answers are: those it could list once the model was asked. */
  get unlimited(): readonly CaseSummary[] {
    const { states, words } = parseFilter(this.filter)

    return this.#passing({ states, words, limits: [] })
  }

  readonly visible: readonly CaseSummary[] = $derived.by(() => {
    const shown = this.#passing(parseFilter(this.filter))
    if (this.sorting === null) return shown
    const place = ({ caseId }: CaseSummary): number => this.#places.get(caseId) ?? Number.POSITIVE_INFINITY

    return sorted(shown, place, 'up')
  })

  readonly lines: readonly StudyLine[] = $derived(studyLines(this.visible))

  /** Number of each case in the whole list, from 1: its name while identity is hidden. */
  readonly numbers: ReadonlyMap<string, number> = $derived(
    new Map(session.rows.map((one, index) => [one.caseId, index + 1]))
  )

  /** The cases an action is for: the selected ones, else the one that is open. */
  get chosen(): readonly CaseSummary[] {
    const picked = session.rows.filter((one) => this.selected.has(one.caseId))
    if (picked.length > 0) return picked

    return session.currentCase === null ? [] : [session.currentCase]
  }

  /** Sorts by a column, the other way round, or in the order of the list again. */
  sortBy(column: SortColumn): void {
    this.sorting = nextSorting(this.sorting, column)
    this.sortAgain()
  }

  /** Takes the places anew, from what is known now. */
  sortAgain(): void {
    if (this.sorting === null) return
    const { column, direction } = this.sorting
    const order = sorted(session.rows, sortKeys[column], direction)
    this.#places = new Map(order.map(({ caseId }, index) => [caseId, index]))
  }

  #passing(wanted: Filter): CaseSummary[] {
    return session.rows.filter(
      (one) => (this.group === 'all' || one.source === this.group) && passes(wanted, factsOf(one))
    )
  }

  toggle(caseId: string): void {
    if (!this.selected.delete(caseId)) this.selected.add(caseId)
  }

  selectAll(): void {
    this.toggleAll(this.visible)
  }

  /** Selects these cases, or none of them when all are selected. */
  toggleAll(cases: readonly CaseSummary[]): void {
    const all = cases.every((one) => this.selected.has(one.caseId))
    for (const one of cases) {
      if (all) this.selected.delete(one.caseId)
      else this.selected.add(one.caseId)
    }
  }

  /** Takes away what hides the case that was just opened. */
  reveal(): void {
    if (this.visible.some((one) => one.caseId === session.currentCaseId)) return
    this.group = 'all'
    this.filter = ''
  }

  /** The selected rows as text with tabs, one line a case; without identity while it is hidden. */
  asText(): string {
    return this.chosen
      .map((one) => {
        const shown = shownCase(one, this.numbers.get(one.caseId) ?? 0)

        return [shown.title, shown.subtitle, one.modality, shown.date ?? '', one.label ?? ''].join('\t')
      })
      .join('\n')
  }
}

export const studies = new Studies()

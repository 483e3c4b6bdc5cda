import { SvelteSet } from 'svelte/reactivity'
import type { CaseSummary } from '@shared/vocabulary'
import { shownCase } from './identity.svelte'
import { session } from './session.svelte'
import { studyLines, type StudyLine } from './study-lines'

export type CaseGroup = 'all' | CaseSummary['source']

/** Words of a row that the filter looks at; "done" style shortcuts are words too. */
const haystack = (one: CaseSummary): string =>
  [
    one.title,
    one.subtitle,
    one.study?.description ?? '',
    one.modality,
    one.label ?? 'no finding',
    one.masks > 0 ? 'outlined' : 'not outlined',
    one.warnings.length > 0 ? 'warning' : '',
    ...one.attached.map(({ from }) => from)
  ]
    .join(' ')
    .toLowerCase()

/** What the study list shows and what is selected in it. */
class Studies {
  filter = $state('')
  group = $state<CaseGroup>('all')
  /** The list of refused files is open. */
  refusedOpen = $state(false)
  selected = new SvelteSet<string>()

  readonly visible: readonly CaseSummary[] = $derived.by(() => {
    const parts = this.filter.toLowerCase().split(/\s+/u).filter(Boolean)

    return session.rows.filter((one) => {
      if (this.group !== 'all' && one.source !== this.group) return false
      const words = haystack(one)

      return parts.every((part) => words.includes(part))
    })
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

import { SvelteSet } from 'svelte/reactivity'
import type { CaseSummary } from '@shared/vocabulary'
import { session } from './session.svelte'

export type CaseGroup = 'all' | CaseSummary['source']

/** Words of a row that the filter looks at; "done" style shortcuts are words too. */
const haystack = (one: CaseSummary): string =>
  [
    one.title,
    one.subtitle,
    one.modality,
    one.label ?? 'no finding',
    one.masks > 0 ? 'outlined' : 'not outlined',
    one.warnings.length > 0 ? 'warning' : ''
  ]
    .join(' ')
    .toLowerCase()

/** What the study list shows and what is selected in it. */
class Studies {
  filter = $state('')
  group = $state<CaseGroup>('all')
  selected = new SvelteSet<string>()

  get visible(): readonly CaseSummary[] {
    const parts = this.filter.toLowerCase().split(/\s+/u).filter(Boolean)

    return session.cases.filter((one) => {
      if (this.group !== 'all' && one.source !== this.group) return false
      const words = haystack(one)

      return parts.every((part) => words.includes(part))
    })
  }

  /** The cases an action is for: the selected ones, else the one that is open. */
  get chosen(): readonly CaseSummary[] {
    const picked = session.cases.filter((one) => this.selected.has(one.caseId))
    if (picked.length > 0) return picked

    return session.currentCase === null ? [] : [session.currentCase]
  }

  toggle(caseId: string): void {
    if (!this.selected.delete(caseId)) this.selected.add(caseId)
  }

  selectAll(): void {
    const all = this.visible.every((one) => this.selected.has(one.caseId))
    for (const one of this.visible) {
      if (all) this.selected.delete(one.caseId)
      else this.selected.add(one.caseId)
    }
  }

  /** The selected rows as text with tabs, one line a case. */
  asText(): string {
    return this.chosen
      .map((one) => [one.title, one.subtitle, one.modality, one.date ?? '', one.label ?? ''].join('\t'))
      .join('\n')
  }
}

export const studies = new Studies()

import type { CaseSummary } from '@shared/vocabulary'
import { session } from './session.svelte'
import { studies } from './studies.svelte'

/** The way from case to case: through the list as it is filtered and sorted, as long as it holds the case on the screen. */
class CaseSteps {
  readonly #listed: readonly CaseSummary[] = $derived(
    studies.lines.flatMap((line) => (line.kind === 'case' ? [line.one] : []))
  )

  /** The list that was walked last: a case that leaves the filter by being read is still a step of the way. */
  #walked = $state.raw<readonly CaseSummary[]>([])

  get cases(): readonly CaseSummary[] {
    const holds = (list: readonly CaseSummary[]): boolean => list.some(({ caseId }) => caseId === session.currentCaseId)

    return [this.#listed, this.#walked].find(holds) ?? session.rows
  }

  /** Sets out from the case on the screen. */
  begin(): void {
    this.#walked = this.cases
  }

  /** True when the filter leaves out some of the open cases. */
  get narrowed(): boolean {
    return this.cases.length < session.rows.length
  }

  readonly at: number = $derived(this.cases.findIndex(({ caseId }) => caseId === session.currentCaseId))

  go(at: number): void {
    const next = this.cases[at]
    if (next === undefined) return
    this.begin()
    session.currentCaseId = next.caseId
  }

  step(by: 1 | -1): void {
    this.go(this.at + by)
  }
}

export const caseSteps = new CaseSteps()

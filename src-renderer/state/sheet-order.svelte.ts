import type { CaseSummary } from '@shared/vocabulary'
import { metricTitle } from '@shared/verdict-words'
import { answers } from './viewer-answers.svelte'
import { sheetWords } from './catalogue-sheet'
import { reports } from './report.svelte'
import { session } from './session.svelte'
import { sheet } from './sheet.svelte'

/** `list`, `name`, `answer`, `hottest`, or `score:N` for a row of the report. */
export type SheetSort = string

interface Score {
  readonly value: number | null
  readonly better: 'higher' | 'lower' | 'none'
}

/** In which order the cases of the sheet stand, and the score written below each. */
class SheetOrder {
  sort = $state<SheetSort>('list')

  /** Rows of the report about the map of the sheet, each with a value per case. */
  get rows(): readonly { index: number; title: string }[] {
    const { report } = reports
    const sha256 = session.models.find((one) => one.modelId === sheet.modelId)?.sha256
    const model = report?.models.find((one) => one.sha256 === sha256)?.id
    const method = report?.methods.find((one) => one.expr === sheet.expression)?.id
    if (report === null || model === undefined || method === undefined) return []

    return report.results.flatMap((row, index) =>
      row.method === method && row.models.includes(model) && row.perCase.length > 0
        ? [{ index, title: metricTitle(row.metric) }]
        : []
    )
  }

  scoreOf(one: CaseSummary): Score | null {
    if (this.sort === 'answer') return { value: this.#answer(one), better: 'higher' }
    if (this.sort === 'hottest') return { value: sheet.panelOf(one.caseId)?.high ?? null, better: 'higher' }
    const row = this.#row()
    if (row === null) return null
    const found = row.perCase.find(({ case: id }) => reports.caseIdOf(id) === one.caseId)

    return { value: found?.value ?? null, better: row.better }
  }

  /** Worst first where a report says what is better, highest first else; cases without a score last. */
  readonly cases: readonly CaseSummary[] = $derived.by(() => {
    if (this.sort === 'list') return sheet.cases
    if (this.sort === 'name')
      return [...sheet.cases].sort((a, b) => a.title.localeCompare(b.title, undefined, { numeric: true }))
    const rising = this.#row() !== null && this.#row()?.better !== 'lower'
    const place = (one: CaseSummary): number => {
      const value = this.scoreOf(one)?.value ?? null

      return value === null ? Number.POSITIVE_INFINITY : rising ? value : -value
    }
    const placed = sheet.cases.map((one) => ({ one, at: place(one) }))

    return placed.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ one }) => one)
  })

  get title(): string {
    const known = sheetWords.sorts as Record<string, string>

    return known[this.sort] ?? this.rows.find(({ index }) => `score:${index}` === this.sort)?.title ?? ''
  }

  #row(): NonNullable<typeof reports.report>['results'][number] | null {
    const at = /^score:(\d+)$/u.exec(this.sort)?.[1]

    return at === undefined ? null : (reports.report?.results[Number(at)] ?? null)
  }

  #answer(one: CaseSummary): number | null {
    const map = sheet.mapOf(one.caseId)
    const prediction = answers.predictionOf(one.caseId, sheet.modelId)
    if (map?.state !== 'done' || prediction?.state !== 'here') return null

    return prediction.value.probabilities[map.target.index] ?? prediction.value.logits[map.target.index] ?? null
  }
}

export const sheetOrder = new SheetOrder()

import type { ChangedOutline, ReportAge as Age } from '@shared/report-protocol'
import { areaQuestion } from '@shared/verdict-words'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { staleWords } from './catalogue-stale'
import { shownCase } from './identity.svelte'
import { reports } from './report.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'
import { studies } from './studies.svelte'
import { viewer } from './viewer.svelte'

/** Whether the shown report still says what is true of the outlines, and what became of it when it was asked again. */
class ReportAge {
  #age = $state.raw<{ of: string; age: Age } | null>(null)
  /** Sentences on what is being computed again, by the report that does. */
  #again = $state.raw<ReadonlyMap<string, string>>(new Map())

  get #shown(): Age | null {
    return this.#age !== null && this.#age.of === reports.currentId ? this.#age.age : null
  }

  /** Outlines that are others now, where a question of the report looked at them. */
  get changed(): readonly ChangedOutline[] {
    const age = this.#shown

    return age === null || age.depending.length === 0 ? [] : age.changed
  }

  /** What is wrong with the report, in two or three sentences; null while it holds. */
  get sentence(): string | null {
    const age = this.#shown
    if (age === null || this.changed.length === 0) return null
    const depending = age.depending.map((area) => areaQuestion[area])

    return `${whoChanged(age.changed)} ${staleWords.depend(depending, age.questions.length)}`
  }

  /** While it is computed again: why, and how much of it; afterwards what was computed. null for a report like any other. */
  get after(): string | null {
    const age = this.#shown
    const id = reports.currentId
    if (id === null) return null
    if (!reports.complete) return this.#again.get(id) ?? null
    if (age === null || age.follows === null) return null

    return staleWords.done(
      age.computed.map((area) => areaQuestion[area]),
      age.questions.length
    )
  }

  /** The report that this one follows, to compare them. */
  get before(): string | null {
    const follows = this.#shown?.follows ?? null

    return reports.list.some(({ reportId }) => reportId === follows) ? follows : null
  }

  /** Asks whether the outlines of a report are still those it was computed with. */
  async ask(reportId: string): Promise<void> {
    try {
      const age = await call('report.age', { reportId })
      if (reports.currentId === reportId) this.#age = { of: reportId, age }
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      if (fault.code !== 'not-found' && fault.code !== 'blinded') shell.report(fault)
    }
  }

  /** Computes what depends on the changed outlines, as a report of its own; the shown one stays in the list. */
  async computeAgain(): Promise<void> {
    const age = this.#shown
    const id = reports.currentId
    if (age === null || id === null || this.changed.length === 0) return
    const sentence = `${whoChanged(age.changed)} ${staleWords.computing(age.depending.length, age.questions.length)}`
    const reportId = await reports.again(id)
    if (reportId !== null) this.#again = new Map([...this.#again, [reportId, sentence]])
  }
}

/** "Reader 1 changed 3 outlines and drew 1. Reader 2 took 1 outline away." */
export function whoChanged(changed: readonly ChangedOutline[]): string {
  return changed
    .map(({ reader }) => reader)
    .filter((reader, index, all) => all.indexOf(reader) === index)
    .map((reader) => {
      const of = (how: ChangedOutline['how']): number =>
        changed.filter((one) => one.reader === reader && one.how === how).length

      return staleWords.reader(reader, { changed: of('changed'), drawn: of('drawn'), gone: of('gone') })
    })
    .join(' ')
}

/** What the case of an outline is called on the screen; while identity is hidden a case of an experiment's file has its id alone. */
export function outlinedCase({ caseId, title }: Pick<ChangedOutline, 'caseId' | 'title'>): string {
  const open = session.cases.find((one) => one.caseId === caseId)
  if (open !== undefined) return shownCase(open, studies.numbers.get(caseId) ?? 0).title

  return viewer.identityHidden ? caseId : title
}

export const reportAge = new ReportAge()

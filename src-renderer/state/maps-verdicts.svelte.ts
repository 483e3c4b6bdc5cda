import type { MatrixCell, MatrixRow, Report } from '@shared/report'
import type { MapSummary } from '@shared/vocabulary'
import { call, on } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { session } from './session.svelte'
import { shell } from './shell.svelte'

/** What the newest report says of the maps on the screen. */
class Verdicts {
  report = $state.raw<Report | null>(null)
  reportId = $state<string | null>(null)

  /** Follows the reports; returns the function that stops it. */
  listen(): () => void {
    const stop = on('report', ({ reportId }) => void this.#read(reportId))
    call('report.list', {})
      .then((list) => {
        const newest = list.filter((one) => one.complete).sort((a, b) => b.made.localeCompare(a.made))[0]
        if (newest !== undefined) void this.#read(newest.reportId)
      })
      .catch((thrown: unknown) => shell.report(toFaultReport(thrown)))

    return stop
  }

  /** The row of the matrix for a map: the same model file and the same method expression. */
  rowOf(map: MapSummary | null): MatrixRow | null {
    const { report } = this
    const sha256 = session.models.find((model) => model.modelId === map?.modelId)?.sha256
    if (report === null || map === null || map.scrambled !== undefined || sha256 === undefined) return null
    const model = report.models.find((one) => one.sha256 === sha256)?.id
    const method = report.methods.find((one) => one.expr === map.expression)?.id

    return report.matrix.find((row) => row.model === model && row.method === method) ?? null
  }

  /** The questions in the fixed order of the report, with the answer for a map. */
  answersOf(map: MapSummary | null): readonly { question: string; cell: MatrixCell }[] {
    const row = this.rowOf(map)
    if (row === null || this.report === null) return []

    // Two criteria may ask about one area; the matrix holds one cell for it.
    const asked = this.report.questions.filter(
      ({ area }, at, all) => all.findIndex((other) => other.area === area) === at
    )

    return asked.flatMap(({ area, question }) => {
      const cell = row.cells.find((one) => one.area === area)

      return cell === undefined ? [] : [{ question, cell }]
    })
  }

  async #read(reportId: string): Promise<void> {
    try {
      const { report, complete } = await call('report.read', { reportId })
      // Marks appear when the report is whole; half a report holds no verdicts.
      if (!complete) return
      this.report = report
      this.reportId = reportId
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }
}

export const verdicts = new Verdicts()

import { type CriterionResult, nothingFound } from '@engine/criteria/criterion'
import type { Job } from '@engine/job'
import type { Report, ResultRow } from '@shared/report'
import type { Running } from '@shared/report-progress'

/** A report that fills in is made anew at most so often. */
const pauseMs = 1500

interface LiveSource {
  /** The report as it is now: rows of the criterion that runs come last. */
  assemble(found: CriterionResult, running: Running | null): Promise<Report>
  /** What the finished criteria found. */
  found(): CriterionResult
  running(): Running | null
}

/** Shows a report while it is computed: rows as they come, and how many images stand behind each cell. */
export class LiveReport {
  private rows: ResultRow[] = []
  private last = 0
  private turn = 0
  private assembling = false

  constructor(
    private readonly source: LiveSource,
    private readonly job: Job,
    private readonly now: () => number = () => performance.now()
  ) {}

  /** Another criterion starts. */
  begin(): void {
    this.rows = []
  }

  /** What `job.partial` of a criterion is given. */
  row(value: unknown): void {
    if (typeof value === 'object' && value !== null && 'row' in value) this.rows.push(value.row as ResultRow)
  }

  /** Shows the report, if the last time is a while ago. */
  tick(): void {
    if (this.assembling || this.now() - this.last < pauseMs) return
    void this.show(this.source.running())
  }

  /** Shows the report as it is, whatever was shown when. A report that cannot be made now is made later: throws nothing. */
  async show(running: Running | null): Promise<void> {
    if (this.job.partial === undefined) return
    this.turn += 1
    const { turn } = this
    this.assembling = true
    try {
      const found = this.source.found()
      const report = await this.source.assemble(
        { ...nothingFound, ...found, rows: [...found.rows, ...this.rows] },
        running
      )
      if (turn === this.turn) this.job.partial(report)
    } catch {
      // The assessment itself meets the same fault at its end and reports it.
    } finally {
      this.last = this.now()
      if (turn === this.turn) this.assembling = false
    }
  }
}

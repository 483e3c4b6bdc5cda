import { type Job, stoppedByAnother } from '@engine/job'
import { type BatchPlan, runInBatches, runtimeValue } from '@engine/runtime/batches'
import type { GradientPath } from '@engine/runtime/gradient-path'
import type { InferenceHost, OpenModel } from '@engine/runtime/inference-host'
import type { SessionOptions } from '@engine/runtime/messages'
import { RowCalibration } from '@engine/runtime/row-calibration'
import { runtimeSource } from '@engine/handlers/probe-on-host'
import type { ModelSource } from '@engine/graph/model'
import type { Tensor } from '@engine/tensor/tensor'

/** Sessions of one model kept open at once; each holds the weights of the model. */
const keptSessions = 4

/** Something that was compiled, with the source of its session. */
export interface Compiled {
  readonly source: ModelSource
}

/** One way to compile the model, and the rows its session is given. */
export interface Variant<Graph extends Compiled> {
  readonly key: string
  compile(): Graph
  readonly plan: BatchPlan
}

interface Entry<Graph extends Compiled> {
  readonly graph: Graph
  readonly session: Promise<OpenModel>
  /** null: the size is settled. */
  readonly calibration: RowCalibration | null
  uses: number
}

/** The compiled variants of one model, each compiled and opened on first use; the one unused for longest is closed first. */
export class CompiledSessions<Graph extends Compiled> {
  private readonly entries = new Map<string, Entry<Graph>>()

  constructor(
    private readonly host: InferenceHost,
    private readonly name: string,
    private readonly options: SessionOptions
  ) {}

  /** Runs a variant in batches and answers with its graph and the fetched tensors. Throws what compiling and the host throw. */
  run(
    variant: Variant<Graph>,
    request: {
      feeds(graph: Graph): ReadonlyMap<string, Tensor>
      fetches(graph: Graph): readonly string[]
    },
    job: Job
  ): Promise<{ graph: Graph; outputs: Map<string, Tensor> }> {
    const { plan } = variant
    return this.using(variant, job, async ({ graph, calibration }, session) => {
      const fetches = [...new Set(request.fetches(graph))]
      const asked = { feeds: request.feeds(graph), fetches, plan, calibration: calibration ?? undefined }
      return { graph, outputs: await runInBatches(this.host, session, asked, job) }
    })
  }

  /** The sum of one output over a line of inputs, flat; feeds have one row. Throws what compiling and the host throw. */
  runAlong(
    variant: Variant<Graph>,
    request: {
      feeds(graph: Graph): ReadonlyMap<string, Tensor>
      fetch(graph: Graph): string
      path: Omit<GradientPath, 'rows' | 'fixed'>
    },
    job: Job
  ): Promise<Float64Array> {
    const { size, fixed } = variant.plan
    return this.using(variant, job, async ({ graph, calibration }, session) => {
      const feeds = Object.fromEntries([...request.feeds(graph)].map(([name, feed]) => [name, runtimeValue(feed)]))
      const total = request.path.alphas.length
      const rows = calibration?.next(total, total) ?? size
      const asked = { feeds, fetch: request.fetch(graph), path: { ...request.path, rows, fixed } }
      const { sum, seconds } = await this.host.runAlong(session, asked, job)
      calibration?.record(rows, (seconds * rows) / total)
      return sum
    })
  }

  private async using<Result>(
    variant: Variant<Graph>,
    job: Job,
    work: (entry: Entry<Graph>, session: OpenModel) => Promise<Result>
  ): Promise<Result> {
    const entry = this.entry(variant, job)
    entry.uses += 1
    try {
      return await work(entry, await entry.session)
    } catch (thrown) {
      // Another job opened the session and was cancelled meanwhile: that is no reason to stop this one.
      if (stoppedByAnother(thrown, job)) return await this.using(variant, job, work)
      throw thrown
    } finally {
      entry.uses -= 1
      this.closeSurplus()
    }
  }

  close(): void {
    for (const [key, entry] of this.entries) this.drop(key, entry)
  }

  private entry({ key, compile, plan }: Variant<Graph>, job: Job): Entry<Graph> {
    const known = this.entries.get(key)
    if (known !== undefined) {
      // A map keeps the order of insertion: putting it back makes it the youngest.
      this.entries.delete(key)
      this.entries.set(key, known)
      return known
    }
    const graph = compile()
    const session = this.host.open({ name: this.name, source: runtimeSource(graph.source), options: this.options }, job)
    const calibration = plan.candidates === undefined ? null : new RowCalibration(plan.candidates, plan.size)
    const entry = { graph, session, calibration, uses: 0 }
    this.entries.set(key, entry)
    session.catch(() => {
      if (this.entries.get(key) === entry) this.entries.delete(key)
    })
    return entry
  }

  private closeSurplus(): void {
    for (const [key, entry] of this.entries) {
      if (this.entries.size <= keptSessions) return
      if (entry.uses === 0) this.drop(key, entry)
    }
  }

  private drop(key: string, entry: Entry<Graph>): void {
    this.entries.delete(key)
    entry.session.then(
      (session) => this.host.close(session),
      () => undefined
    )
  }
}

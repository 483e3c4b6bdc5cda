import { type Job, stoppedByAnother } from '@engine/job'
import { runInBatches, type BatchPlan } from '@engine/runtime/batches'
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
  async run(
    key: string,
    compile: () => Graph,
    request: {
      feeds(graph: Graph): ReadonlyMap<string, Tensor>
      fetches(graph: Graph): readonly string[]
      plan: BatchPlan
    },
    job: Job
  ): Promise<{ graph: Graph; outputs: Map<string, Tensor> }> {
    const entry = this.entry(key, compile, request.plan, job)
    entry.uses += 1
    try {
      const session = await entry.session
      const { graph } = entry
      const fetches = [...new Set(request.fetches(graph))]
      const feeds = request.feeds(graph)
      const calibration = entry.calibration ?? undefined
      const outputs = await runInBatches(this.host, session, { feeds, fetches, plan: request.plan, calibration }, job)
      return { graph, outputs }
    } catch (thrown) {
      // Another job opened the session and was cancelled meanwhile: that is no reason to stop this one.
      if (stoppedByAnother(thrown, job)) return await this.run(key, compile, request, job)
      throw thrown
    } finally {
      entry.uses -= 1
      this.closeSurplus()
    }
  }

  close(): void {
    for (const [key, entry] of this.entries) this.drop(key, entry)
  }

  private entry(key: string, compile: () => Graph, plan: BatchPlan, job: Job): Entry<Graph> {
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

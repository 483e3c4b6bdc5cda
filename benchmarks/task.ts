/** One thing to time. */
export interface Task {
  readonly id: string
  readonly title: string
  /** The same work in Python: a module of `peers/` and its parameters. */
  readonly peer?: { readonly module: string; readonly name: string; readonly params: Readonly<Record<string, unknown>> }
  /** Sets up (models compiled, first run done) and answers with the work to be timed. */
  prepare(): Promise<Prepared>
}

export interface Prepared {
  /** One timed run; may answer with its own seconds when the wall time is not the figure wanted. */
  run(): Promise<number | void>
  /** Further figures, such as the share of time inside ONNX Runtime. */
  figures?(): Readonly<Record<string, number>>
  close(): void
}

import type { Job } from '@engine/job'
import { appHandlers } from '@engine/handlers/app'
import { comparisonHandlers } from '@engine/handlers/comparison'
import { regionHandlers } from '@engine/handlers/region-view'
import { ctSampleHandlers } from '@engine/handlers/ct-sample'
import { datasetHandlers } from '@engine/handlers/dataset'
import { drawingHandlers, drawingPointHandlers } from '@engine/handlers/drawing'
import { drawingCopyHandlers } from '@engine/handlers/drawing-copies'
import { drawingOperationHandlers } from '@engine/handlers/drawing-operation'
import { exportHandlers } from '@engine/handlers/export'
import { imageHandlers } from '@engine/handlers/image'
import { jobHandlers } from '@engine/handlers/job'
import { measureHandlers } from '@engine/handlers/measure'
import { mapHandlers } from '@engine/handlers/map'
import { modelHandlers } from '@engine/handlers/model'
import { habitHandlers } from '@engine/handlers/habits'
import { profileHandlers } from '@engine/handlers/profile'
import { gatedEngine } from '@engine/handlers/reading/gated-engine'
import { organiserHandlers } from '@engine/handlers/reading/organiser-handlers'
import { readerHandlers } from '@engine/handlers/reading/reader-handlers'
import { recentHandlers } from '@engine/handlers/recent'
import { reportHandlers } from '@engine/handlers/report'
import { brainSampleHandlers } from '@engine/handlers/brain-sample'
import { studyHandlers } from '@engine/handlers/study'
import { worklistHandlers } from '@engine/handlers/worklist'
import { workspaceHandlers } from '@engine/handlers/workspace'
import { type EngineOptions, type EventListener, createWorkbench } from '@engine/handlers/workbench'
import type { CommandName, Output, ParsedInput } from '@shared/protocol'

/** One function per command; a forgotten one does not compile. */
export type Handlers = {
  readonly [K in CommandName]: (input: ParsedInput<K>, job: Job) => Promise<Output<K>>
}

/** The product without a window: the app, the CLI and the tests all talk to this. */
export interface Engine {
  call<K extends CommandName>(command: K, input: ParsedInput<K>, job: Job): Promise<Output<K>>
  onEvent(listener: EventListener): void
  /** A bare count of the jobs that run or wait, told also where a blinded reading hides them. */
  onBusy(listener: (jobs: number) => void): void
  /** A client in this window is here; the function it answers says that it is gone. The last one leaves the window's drawings. */
  enter(window: string): () => void
  /** Stops jobs, keeps what is unfinished for the next start, ends the inference process. */
  shutDown(): Promise<void>
}

/** Makes an engine; nothing is read or started before the first call. */
export function createEngine(options: EngineOptions): Engine {
  const workbench = createWorkbench(options)
  const handlers: Handlers = {
    ...appHandlers(workbench),
    ...studyHandlers(workbench),
    ...brainSampleHandlers(workbench),
    ...ctSampleHandlers(workbench),
    ...datasetHandlers(workbench),
    ...imageHandlers(workbench),
    ...drawingHandlers(workbench),
    ...drawingPointHandlers(workbench),
    ...drawingCopyHandlers(workbench),
    ...profileHandlers(workbench),
    ...habitHandlers(workbench),
    ...readerHandlers(workbench),
    ...organiserHandlers(workbench),
    ...drawingOperationHandlers(workbench),
    ...workspaceHandlers(workbench),
    ...worklistHandlers(workbench),
    ...modelHandlers(workbench),
    ...mapHandlers(workbench),
    ...comparisonHandlers(workbench),
    ...measureHandlers(workbench),
    ...regionHandlers(workbench),
    ...exportHandlers(workbench),
    ...reportHandlers(workbench),
    ...jobHandlers(workbench),
    ...recentHandlers(workbench)
  }
  return gatedEngine(workbench, handlers)
}

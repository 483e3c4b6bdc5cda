import { AssessmentMemory } from './assessment-memory'
import { JobQueue } from './job-queue'
import { CaseShelf } from './case-shelf'
import { ExperimentModels } from './experiment-models'
import { MapShelf } from './map-shelf'
import { ModelShelf } from './model-shelf'
import { ReportShelf } from './report-shelf'
import { OpenList } from './open-list'
import { SampleStudy } from './sample'
import { KeptSession } from './kept-session'
import { CurrentProfile } from './current-profile'
import { DrawingShelf } from './drawing-shelf'
import { FinishedDrawings } from './finished-drawings'
import { ReadingDesk } from './reading/reading-desk'
import { StudyReferences } from './reading/study-reference'
import { type Workspace, openWorkspace } from '@engine/project/workspace'
import { automaticProviders, thisMachine } from '@engine/runtime/automatic-providers'
import type { CudaFolder } from '@engine/runtime/cuda-folder'
import type { PdfPrinter } from '@engine/report/pdf-printer'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { SpawnInference } from '@engine/runtime/inference-channel'
import type { EventName, EventPayload } from '@shared/protocol'

export type EventListener = <K extends EventName>(event: K, payload: EventPayload<K>) => void

export interface EngineOptions {
  /** Starts an inference process; the host differs between app, CLI and tests. */
  readonly spawn: SpawnInference
  /** Folder of the embedded sample (`resources/sample`). */
  readonly sampleFolder: string
  /** Where drawings, recent files and unfinished jobs are kept; null keeps nothing. */
  readonly workspaceFolder: string | null
  /**
   * The path behind a grant. In the app: what the user chose or dropped, nothing else, and for the use `regions` what was chosen as regions; in
   * the CLI: the path itself. Throws Fault `not-found`, `not-writable`.
   */
  readonly resolveGrant: (grant: string, use?: 'regions') => string
  readonly version: string
  /** Threads inside one operator. */
  readonly threads: number
  /** Prints reports; absent where nothing can. */
  readonly printPdf?: PdfPrinter
  /** ONNX Runtime's CUDA libraries, where the user has them. */
  readonly cudaFolder?: CudaFolder | null
}

/** The state of an engine: what is open, computed and queued. Handlers are functions over it. */
export interface Workbench {
  readonly options: EngineOptions
  readonly host: InferenceHost
  readonly workspace: Workspace
  readonly profiles: CurrentProfile
  readonly drawings: DrawingShelf
  readonly readings: ReadingDesk
  readonly references: StudyReferences
  readonly finished: FinishedDrawings
  readonly session: KeptSession
  readonly opened: OpenList
  readonly sample: SampleStudy
  readonly cases: CaseShelf
  readonly models: ModelShelf
  /** The open models with weights drawn anew, for maps that should have lost their meaning. */
  readonly scrambled: ExperimentModels
  readonly maps: MapShelf
  readonly reports: ReportShelf
  /** What earlier assessments of this session found. */
  readonly assessments: AssessmentMemory
  readonly jobs: JobQueue
  readonly listeners: Set<EventListener>
  emit: EventListener
  shutDown(): Promise<void>
}

export function createWorkbench(options: EngineOptions): Workbench {
  const listeners = new Set<EventListener>()
  const emit: EventListener = (event, payload) => {
    for (const listener of listeners) listener(event, payload)
  }
  const kept = openKept(options, emit)
  const { workspace, session } = kept
  const host = hostOf(options, emit)
  const finished = new FinishedDrawings(workspace)
  const references = new StudyReferences(() => workbench)
  const cases = new CaseShelf((entry) => references.dress(finished.dress(entry)))
  const models = new ModelShelf(host, options.threads, {
    automatic: automaticProviders(thisMachine(options.cudaFolder)),
    onProviderChange: (text) => emit('provider', { sentence: text })
  })
  const jobs = new JobQueue((list) => emit('jobs', [...list]))
  jobs.offer(session.read().jobs.map((job) => ({ ...job, request: job.request ?? null })))
  const workbench: Workbench = {
    options,
    host,
    ...kept,
    readings: new ReadingDesk(() => workbench),
    references,
    finished,
    sample: sampleOf(options, { cases, models, emit }),
    cases,
    models,
    scrambled: new ExperimentModels(),
    maps: new MapShelf((summary) => emit('map', summary)),
    reports: new ReportShelf(),
    assessments: new AssessmentMemory(),
    jobs,
    listeners,
    emit,
    async shutDown() {
      session.change({ jobs: jobs.open() })
      jobs.stopAll()
      host.dispose()
      workspace.close()
      await Promise.resolve()
    }
  }
  listeners.add((event) => {
    // Kept at every change, so that a killed app offers its jobs again too.
    if (event === 'jobs') keepJobs(workbench)
  })
  return workbench
}

function hostOf({ spawn }: EngineOptions, emit: EventListener): InferenceHost {
  return new InferenceHost({
    spawn,
    onRestart: ({ model, reason }) =>
      emit('restarted', { sentence: `The computation with ${model} ${reason} and was started again.` })
  })
}

/** The embedded sample, told of model by model. */
function sampleOf(
  { sampleFolder }: EngineOptions,
  { cases, models, emit }: Pick<Workbench, 'cases' | 'models' | 'emit'>
): SampleStudy {
  return new SampleStudy({ sampleFolder, cases, models, announce: (model) => emit('model', model) })
}

/** What outlives the program: drawings, profiles, the session. */
function openKept(
  { workspaceFolder }: EngineOptions,
  emit: EventListener
): Pick<Workbench, 'workspace' | 'profiles' | 'drawings' | 'session' | 'opened'> {
  const workspace = openWorkspace({ folder: workspaceFolder, tell: (state) => emit('saving', state) })
  const session = new KeptSession(workspace, workspaceFolder)
  const profiles = new CurrentProfile(workspace)
  return {
    workspace,
    profiles,
    drawings: new DrawingShelf(workspace, profiles, (copied) => emit('copied', copied)),
    session,
    opened: new OpenList(session)
  }
}

/** Writing the session at every progress tick would be wasteful: only when the set of open jobs or a whole unit changed. */
function keepJobs({ session, jobs }: Workbench): void {
  const open = jobs.open().map((job) => ({ ...job, done: Math.floor(job.done) }))
  const before = JSON.stringify(session.read().jobs)
  if (JSON.stringify(open) !== before) session.change({ jobs: open })
}

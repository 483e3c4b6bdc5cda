import * as v from 'valibot'

/** Where the engine finds what it owns and what it is given. */
export const EngineStart = v.object({
  /** The user's own folder: project store, recent files, unfinished jobs. */
  workspaceFolder: v.string(),
  /** What the program brings along: sample, colour maps, dictionaries. */
  resourcesFolder: v.string(),
  version: v.string()
})
export type EngineStart = v.InferOutput<typeof EngineStart>

const Id = v.number()

/** What main tells the engine process. `page` and `inference` carry one MessagePort. */
export const ToEngine = v.variant('kind', [
  v.object({ kind: v.literal('start'), start: EngineStart }),
  /** `window` stays the same when its page is loaded again. */
  v.object({ kind: v.literal('page'), window: v.string() }),
  v.object({
    kind: v.literal('grants'),
    id: Id,
    grants: v.array(v.object({ grant: v.string(), path: v.string(), keepsRegions: v.boolean() }))
  }),
  v.object({ kind: v.literal('inference'), id: Id }),
  /** A PDF that was asked for is written; `why` when it is not. */
  v.object({ kind: v.literal('printed'), id: Id, why: v.nullable(v.string()) }),
  /** `stderr`: the last of what the process said. */
  v.object({ kind: v.literal('inference-exit'), id: Id, code: v.nullable(v.number()), stderr: v.string() })
])
export type ToEngine = v.InferOutput<typeof ToEngine>

/** The one variable an inference process may be given: where ONNX Runtime's CUDA libraries lie. */
export const InferenceEnvironment = v.strictObject({ LD_LIBRARY_PATH: v.optional(v.string()) })
export type InferenceEnvironment = v.InferOutput<typeof InferenceEnvironment>

/** What the engine process tells main. */
export const FromEngine = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('granted'), id: Id }),
  v.object({ kind: v.literal('spawn-inference'), id: Id, env: InferenceEnvironment }),
  v.object({ kind: v.literal('kill-inference'), id: Id }),
  /** How many jobs run or wait, whatever a page may be told of them: closing asks first. */
  v.object({ kind: v.literal('busy'), jobs: v.number() }),
  /** Only Chromium can print, and only main can open a page of it. */
  v.object({ kind: v.literal('print-pdf'), id: Id, html: v.string(), pdf: v.string(), foot: v.string() })
])
export type FromEngine = v.InferOutput<typeof FromEngine>

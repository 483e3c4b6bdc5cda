import * as v from 'valibot'
import { GradientPath } from '@engine/runtime/gradient-path'

/** Element types that cross to ONNX Runtime; float16 travels as its raw 16 bits. */
export const elementTypes = [
  'float32',
  'float64',
  'float16',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint8',
  'bool'
] as const
export type ElementType = (typeof elementTypes)[number]

const TypedArray = v.custom<ArrayBufferView>((value) => ArrayBuffer.isView(value), 'a typed array')

/** An ONNX value of any element type, as it crosses the process border: `{type, dims, data}`, row major. */
export const RuntimeValue = v.object({
  type: v.picklist(elementTypes),
  dims: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  data: TypedArray
})
export type RuntimeValue = v.InferOutput<typeof RuntimeValue>

/** Where a model comes from: a file, or bytes in memory (with the folder its external weights lie in, when it has any). */
export const ModelSource = v.variant('kind', [
  v.object({ kind: v.literal('path'), path: v.string() }),
  v.object({
    kind: v.literal('bytes'),
    bytes: v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes'),
    externalFolder: v.optional(v.string())
  })
])
export type ModelSource = v.InferOutput<typeof ModelSource>

export const providers = ['cpu', 'cuda', 'dml', 'coreml', 'webgpu'] as const
export type Provider = (typeof providers)[number]

export const SessionOptions = v.object({
  provider: v.picklist(providers),
  /** Threads inside one operator. */
  threads: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** False for large inputs: the arena keeps what it once took. */
  arena: v.boolean(),
  /** Layout rewriting included; `basic` where a graph is run once and start-up counts more. */
  optimisation: v.picklist(['disabled', 'basic', 'all'])
})
export type SessionOptions = v.InferOutput<typeof SessionOptions>

const Call = v.pipe(v.number(), v.integer())

/** What the host asks of an inference process. One call at a time; `close` has no answer. */
export const InferenceRequest = v.variant('kind', [
  v.object({ kind: v.literal('guard'), memoryLimitBytes: v.number() }),
  v.object({ kind: v.literal('open'), call: Call, session: v.string(), source: ModelSource, options: SessionOptions }),
  v.object({
    kind: v.literal('run'),
    call: Call,
    session: v.string(),
    feeds: v.record(v.string(), RuntimeValue),
    fetches: v.array(v.string()),
    /** Instead of one run: the weighted sum of the one fetched output over a line of inputs, float64. */
    path: v.optional(GradientPath)
  }),
  v.object({ kind: v.literal('backends'), call: Call }),
  v.object({ kind: v.literal('close'), session: v.string() })
])
export type InferenceRequest = v.InferOutput<typeof InferenceRequest>

/** Name, element type and shape of a graph input or output; a free axis is its name in the file, or an empty text. */
export const Port = v.object({ name: v.string(), type: v.string(), shape: v.array(v.union([v.number(), v.string()])) })
export type Port = v.InferOutput<typeof Port>

export const SessionPorts = v.object({ inputs: v.array(Port), outputs: v.array(Port) })
export type SessionPorts = v.InferOutput<typeof SessionPorts>

export const Backend = v.object({ name: v.string(), bundled: v.boolean() })
export type Backend = v.InferOutput<typeof Backend>

/** What an inference process answers. */
export const InferenceReply = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('opened'), call: Call, ports: SessionPorts, seconds: v.number() }),
  v.object({ kind: v.literal('ran'), call: Call, outputs: v.record(v.string(), RuntimeValue), seconds: v.number() }),
  v.object({ kind: v.literal('backends'), call: Call, backends: v.array(Backend) }),
  /** The session had to leave; it must be opened again. */
  v.object({ kind: v.literal('closed'), call: Call }),
  v.object({ kind: v.literal('failed'), call: Call, text: v.string() })
])
export type InferenceReply = v.InferOutput<typeof InferenceReply>

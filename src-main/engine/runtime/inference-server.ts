import * as ort from 'onnxruntime-node'
import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { withMissingLibrary } from '@engine/runtime/missing-library'
import { type GradientPath, sumAlong } from '@engine/runtime/gradient-path'
import { startGuard } from '@engine/runtime/guard-thread'
import {
  InferenceRequest,
  type InferenceReply,
  type ModelSource,
  type Port,
  type RuntimeValue,
  type SessionOptions
} from '@engine/runtime/messages'

/** The process's own end of the wire, whatever carries it. */
export interface InferencePort {
  post(message: InferenceReply): void
  onMessage(listener: (message: unknown) => void): void
}

type Answerable = Exclude<InferenceRequest, { kind: 'guard' | 'close' }>

/**
 * Holds ONNX Runtime sessions and runs them for the other side of `port`; the body of the inference process.
 * `run` blocks this process until the native call returns: whoever wants to stop it kills the process.
 */
export function serveInference(port: InferencePort): void {
  // CUDA's libraries round products to 10 bits (TF32) unless told not to: 1e-3 off, where 1e-6 is promised.
  process.env.NVIDIA_TF32_OVERRIDE ??= '0'
  const sessions = new Map<string, ort.InferenceSession>()

  let line = Promise.resolve()
  // Strictly in order: a session that is closed behind a run must still be there for it.
  const inLine = (work: () => void | Promise<void>): void => {
    line = line.then(work)
  }

  port.onMessage((message) => {
    const request = v.parse(InferenceRequest, message)
    if (request.kind === 'guard') {
      startGuard(request.memoryLimitBytes)
    } else if (request.kind === 'close') {
      inLine(async () => {
        await sessions.get(request.session)?.release()
        sessions.delete(request.session)
      })
    } else {
      inLine(async () => port.post(await answer(sessions, request)))
    }
  })
  port.post({ kind: 'ready' })
}

/** The reply to a request; whatever ONNX Runtime throws becomes a `failed` reply. */
async function answer(sessions: Map<string, ort.InferenceSession>, request: Answerable): Promise<InferenceReply> {
  try {
    return await perform(sessions, request)
  } catch (thrown) {
    return { kind: 'failed', call: request.call, text: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

async function perform(sessions: Map<string, ort.InferenceSession>, request: Answerable): Promise<InferenceReply> {
  const { call } = request
  const started = performance.now()
  const seconds = (): number => (performance.now() - started) / 1000
  if (request.kind === 'backends') {
    return {
      kind: 'backends',
      call,
      backends: ort.listSupportedBackends().map(({ name, bundled }) => ({ name, bundled }))
    }
  }
  if (request.kind === 'open') {
    const session = await openSession(request.source, request.options).catch((thrown: unknown) => {
      throw request.options.provider === 'cuda' ? withMissingLibrary(thrown) : thrown
    })
    sessions.set(request.session, session)
    return {
      kind: 'opened',
      call,
      ports: { inputs: ports(session.inputMetadata), outputs: ports(session.outputMetadata) },
      seconds: seconds()
    }
  }
  const session = sessions.get(request.session)
  if (session === undefined) return { kind: 'closed', call }
  const outputs =
    request.path === undefined
      ? plainOutputs(await session.run(nativeFeeds(request.feeds), request.fetches))
      : await pathOutputs(session, request, request.path)
  return { kind: 'ran', call, outputs, seconds: seconds() }
}

/** The sum over a line of inputs; feeds other than the varied one have one row, which is repeated. */
async function pathOutputs(
  session: ort.InferenceSession,
  { feeds, fetches }: Extract<Answerable, { kind: 'run' }>,
  path: GradientPath
): Promise<Record<string, RuntimeValue>> {
  const [fetched] = fetches
  const { [path.input]: end, ...others } = feeds
  const rest = new Map<number, Record<string, ort.Tensor>>()
  const beside = (rows: number): Record<string, ort.Tensor> => {
    const known = rest.get(rows) ?? nativeFeeds(repeated(others, rows))
    rest.set(rows, known)
    return known
  }
  const sum = await sumAlong(path, end.data as Float32Array, async (points, rows) => {
    const varied = new ort.Tensor('float32', points, [rows, ...end.dims.slice(1)])
    const outputs = await session.run({ ...beside(rows), [path.input]: varied }, [fetched])
    const { type, data } = outputs[fetched]
    if (!(data instanceof Float32Array))
      throw new Fault('unsupported-model', `The output ${fetched} is ${type}, not float32.`)
    return data
  })
  return { [fetched]: { type: 'float64', dims: [1, ...end.dims.slice(1)], data: sum } }
}

/** The one row of every feed as often as there are points. */
function repeated(feeds: Readonly<Record<string, RuntimeValue>>, rows: number): Record<string, RuntimeValue> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, dims, data }]) => {
      const one = data as Float32Array
      const all = new Float32Array(rows * one.length)
      for (let row = 0; row < rows; row++) all.set(one, row * one.length)
      return [name, { type, dims: [rows, ...dims.slice(1)], data: all }]
    })
  )
}

/**
 * Threads sleep while they wait for work. By default they spin, and those of the session that ran last take the cores from
 * the session that runs now: a gradient right behind a prediction took 71 instead of 42 ms (ResNet-18, two cores).
 */
const waiting = { intra_op: { allow_spinning: '0' } }

function openSession(source: ModelSource, options: SessionOptions): Promise<ort.InferenceSession> {
  const settings: ort.InferenceSession.SessionOptions = {
    executionProviders: [options.provider],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: options.optimisation,
    // A memory pattern plans one arena for every tensor at once: 1.5 times the peak of allocating as the run goes.
    enableMemPattern: false,
    enableCpuMemArena: options.arena,
    logSeverityLevel: 4
  }
  // Packed copies of the weights double what a network of volumes with wide dense layers holds, and gain nothing at batch one.
  const session: Record<string, unknown> = options.arena ? { ...waiting } : { ...waiting, disable_prepacking: '1' }
  settings.extra = { session }
  if (source.kind === 'path') return ort.InferenceSession.create(source.path, settings)
  if (source.externalFolder !== undefined) {
    session.model_external_initializers_file_folder_path = source.externalFolder
  }
  return ort.InferenceSession.create(source.bytes, settings)
}

function ports(metadata: readonly ort.InferenceSession.ValueMetadata[]): Port[] {
  return metadata.map((item) =>
    item.isTensor
      ? { name: item.name, type: item.type, shape: [...item.shape] }
      : { name: item.name, type: 'other', shape: [] }
  )
}

function nativeFeeds(feeds: Readonly<Record<string, RuntimeValue>>): Record<string, ort.Tensor> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, value]) => [
      name,
      new ort.Tensor(value.type, value.data as Float32Array, value.dims)
    ])
  )
}

function plainOutputs(outputs: ort.InferenceSession.ReturnType): Record<string, RuntimeValue> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => {
      const tensor = value as ort.Tensor
      return [
        name,
        { type: tensor.type as RuntimeValue['type'], dims: [...tensor.dims], data: tensor.data as ArrayBufferView }
      ]
    })
  )
}

import type { Job } from '@engine/job'
import { throwIfCancelled } from '@engine/job'
import type { InferenceHost, OpenModel } from '@engine/runtime/inference-host'
import type { RuntimeValue } from '@engine/runtime/messages'
import type { RowCalibration } from '@engine/runtime/row-calibration'
import { elementCount, stack, tensor, type Tensor } from '@engine/tensor/tensor'
import { Fault } from '@engine/fault'

export interface BatchPlan {
  /** Rows the model takes at once; a model with a fixed batch is always given exactly this many. */
  readonly size: number
  readonly fixed: boolean
  /** The answers are about the one row that is given, whatever their leading axis counts: none of it is padding. */
  readonly whole?: boolean
  /** Sizes worth trying on the first long request; none when the size is settled. */
  readonly candidates?: readonly number[]
}

export interface BatchRequest {
  /** All of the same leading size N, or 1 (used for every row). */
  readonly feeds: ReadonlyMap<string, Tensor>
  readonly fetches: readonly string[]
  readonly plan: BatchPlan
  /** Chooses the size run by run instead of `plan.size`, and is told how long each run took. */
  readonly calibration?: RowCalibration
}

/**
 * Runs N rows in pieces the model can take and joins the outputs along the leading axis.
 * Throws what the host throws; checks for cancellation between the pieces.
 */
export async function runInBatches(
  host: InferenceHost,
  model: OpenModel,
  request: BatchRequest,
  job: Job
): Promise<Map<string, Tensor>> {
  const rows = Math.max(...[...request.feeds.values()].map((feed) => feed.shape[0]))
  const parts = new Map<string, Tensor[]>(request.fetches.map((name) => [name, []]))
  for (let from = 0; from < rows;) {
    throwIfCancelled(job)
    const count = request.calibration?.next(rows - from, rows) ?? Math.min(request.plan.size, rows - from)
    const sent = request.plan.fixed ? request.plan.size : count
    const feeds = Object.fromEntries(
      [...request.feeds].map(([name, feed]) => [name, runtimeValue(piece(feed, from, count, sent))])
    )
    const { outputs, seconds } = await host.run(model, feeds, request.fetches, job)
    request.calibration?.record(count, seconds)
    for (const name of request.fetches) {
      const output = tensorOf(name, outputs[name])
      parts.get(name)?.push(request.plan.whole === true ? output : leading(output, count))
    }
    from += count
  }
  return new Map([...parts].map(([name, pieces]) => [name, pieces.length === 1 ? pieces[0] : stack(pieces)]))
}

/** Rows `from … from + count`, padded with the last row to `sent`; a one-row feed is repeated. */
function piece(feed: Tensor, from: number, count: number, sent: number): Tensor {
  const length = elementCount(feed.shape.slice(1))
  const shape = [sent, ...feed.shape.slice(1)]
  if (feed.shape[0] !== 1 && sent === count) {
    return tensor(feed.data.subarray(from * length, (from + count) * length), shape)
  }
  const data = new Float32Array(sent * length)
  for (let index = 0; index < sent; index++) {
    const source = feed.shape[0] === 1 ? 0 : from + Math.min(index, count - 1)
    data.set(feed.data.subarray(source * length, (source + 1) * length), index * length)
  }
  return tensor(data, shape)
}

function leading(output: Tensor, count: number): Tensor {
  if (output.shape[0] <= count) return output
  const length = elementCount(output.shape.slice(1))
  return tensor(output.data.subarray(0, count * length), [count, ...output.shape.slice(1)])
}

export function runtimeValue(value: Tensor): RuntimeValue {
  return { type: 'float32', dims: [...value.shape], data: value.data }
}

/** A float32 output as a tensor; throws Fault `unsupported-model` for any other element type. */
export function tensorOf(name: string, value: RuntimeValue | undefined): Tensor {
  if (value === undefined || !(value.data instanceof Float32Array)) {
    throw new Fault('unsupported-model', `The model's ${name} is ${value?.type ?? 'missing'}, not float32.`, {
      subject: name,
      hint: 'Export the model in single precision (float32).'
    })
  }
  return tensor(value.data, value.dims)
}

import type { Job } from '@engine/job'
import { asFault } from '@engine/fault'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Provider } from '@engine/runtime/messages'
import type { Tensor } from '@engine/tensor/tensor'

/** Which provider was asked for, which one is used, and why: kept with every result, so that a change is never silent. */
export interface ProviderRecord {
  readonly requested: Provider | 'auto'
  readonly used: Provider
  /** Plain sentences when the requested one is not used, or not as it was begun; null otherwise. */
  readonly reason: string | null
  /** Difference from the CPU on the self-test, relative to the CPU's norm; null when none was made. */
  readonly difference: number | null
}

/** What one provider made of an input, and of the same input moved by a rounding error. */
export interface Trial {
  readonly scores: Tensor
  /** Gradients and activations; empty for a model that has no gradient. */
  readonly results: readonly Tensor[]
  readonly nearby: readonly Tensor[]
  /** Of one run after the first, which also starts kernels. */
  readonly seconds: number
}

interface Surroundings {
  readonly host: InferenceHost
  readonly job: Job
  /** What `auto` tries, best first. */
  readonly automatic: readonly Provider[]
}

/** Scores hang together smoothly with the input; so do gradients, but for single ReLU flips. */
const largestDifference = 1e-3
/** No flip of a few units moves a gradient by more. */
const largestNoise = 0.1
/** Two float32 computations of one gradient may each be a rounding away from the truth, in directions of their own. */
const noiseFactor = 3

/**
 * Settles the provider for a model: one that is named is tried on one input and trusted only when its results are those of the
 * CPU; `auto` tries what the machine has, best first, and takes the first that is also faster than the CPU.
 * Throws only what the CPU trial throws, and `cancelled`.
 */
export async function chooseProvider(
  requested: Provider | 'auto',
  trial: (provider: Provider) => Promise<Trial>,
  { host, job, automatic }: Surroundings
): Promise<ProviderRecord> {
  const order = requested === 'auto' ? automatic : [requested].filter((provider) => provider !== 'cpu')
  if (order.length === 0) return { requested, used: 'cpu', reason: null, difference: null }
  const listed = (await host.backends(job)).map(({ name }) => name)
  const refusals: string[] = []
  let expected: Trial | null = null
  let difference: number | null = null
  for (const provider of order) {
    const known = host.unusable.get(provider)
    if (known !== undefined) {
      refusals.push(`${provider} ended the computation earlier in this session (it ${known})`)
    } else if (!listed.includes(provider)) {
      refusals.push(`${provider} is not part of ONNX Runtime's build for this system`)
    } else {
      expected ??= await trial('cpu')
      const verdict = await judge(provider, trial, { host, expected, hurry: requested === 'auto' })
      difference = verdict.difference
      if (verdict.refusal === null) {
        return { requested, used: provider, reason: sentence(refusals, provider), difference }
      }
      refusals.push(verdict.refusal)
    }
  }
  return { requested, used: 'cpu', reason: sentence(refusals, 'cpu'), difference }
}

/** "webgpu does not work here (…); the CPU is used.", or null when nothing was refused. */
export function sentence(refusals: readonly string[], used: Provider): string | null {
  if (refusals.length === 0) return null
  return `${refusals.join('; ')}; ${used === 'cpu' ? 'the CPU' : used} is used.`
}

interface Judged {
  readonly refusal: string | null
  readonly difference: number | null
}

async function judge(
  provider: Provider,
  trial: (provider: Provider) => Promise<Trial>,
  { host, expected, hurry }: { host: InferenceHost; expected: Trial; hurry: boolean }
): Promise<Judged> {
  let found: Trial
  try {
    found = await trial(provider)
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'cancelled') throw fault
    const crash = host.unusable.get(provider)
    return {
      refusal:
        crash === undefined
          ? `${provider} does not work here (${fault.message.replace(/\.$/, '')})`
          : `${provider} ended the computation (it ${crash}) and stays off in this session`,
      difference: null
    }
  }
  const { difference, allowed } = compareTrials(found, expected)
  if (difference > allowed) {
    return {
      refusal: `${provider} gives other results than the CPU (${difference.toExponential(1)} of the norm, ${allowed.toExponential(1)} allowed)`,
      difference
    }
  }
  if (hurry && found.seconds > expected.seconds) {
    return {
      refusal: `${provider} is slower than the CPU on this model (${found.seconds.toPrecision(2)} s a pass against ${expected.seconds.toPrecision(2)} s)`,
      difference
    }
  }
  return { refusal: null, difference }
}

/**
 * Difference of two trials and what is allowed: 1e-3 of the CPU's norm, or three times what a rounding error in the input
 * does to the CPU's own gradient, where that is more (a deep ReLU network in float32 is that far from its own float64 gradient).
 */
export function compareTrials(found: Trial, expected: Trial): { difference: number; allowed: number } {
  const scores = relativeDifference([found.scores], [expected.scores])
  if (!(scores <= largestDifference)) return { difference: scores, allowed: largestDifference }
  const noise = relativeDifference(expected.nearby, expected.results)
  return {
    difference: Math.max(scores, relativeDifference(found.results, expected.results)),
    allowed: Math.min(largestNoise, Math.max(largestDifference, noiseFactor * noise))
  }
}

/** ‖found − expected‖ ÷ ‖expected‖ over all tensors; infinite when something is not finite. */
export function relativeDifference(found: readonly Tensor[], expected: readonly Tensor[]): number {
  let difference = 0
  let norm = 0
  expected.forEach(({ data }, part) => {
    data.forEach((value, index) => {
      difference += (found[part].data[index] - value) ** 2
      norm += value * value
    })
  })
  if (!Number.isFinite(difference)) return Infinity
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm)
}

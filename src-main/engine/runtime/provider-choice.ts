import type { Job } from '@engine/job'
import { asFault } from '@engine/fault'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Provider } from '@engine/runtime/messages'
import type { Tensor } from '@engine/tensor/tensor'

/** Which provider was asked for, which one is used, and why: kept with every result, so that a change is never silent. */
export interface ProviderRecord {
  readonly requested: Provider | 'auto'
  readonly used: Provider
  /** Plain sentence when the requested one is not used; null otherwise. */
  readonly reason: string | null
  /** Difference from the CPU on the self-test, relative to the CPU's norm; null when none was made. */
  readonly difference: number | null
}

/** A gradient may differ by single ReLU flips, not by more. */
const largestDifference = 1e-2

/**
 * Settles the provider for a model: `auto` is the CPU; any other is tried on one input and trusted only when its results are
 * those of the CPU. `trial` runs that input on a provider. Throws only what the CPU trial throws, and `cancelled`.
 */
export async function chooseProvider(
  requested: Provider | 'auto',
  trial: (provider: Provider) => Promise<readonly Tensor[]>,
  { host, job }: { readonly host: InferenceHost; readonly job: Job }
): Promise<ProviderRecord> {
  const onCpu = (reason: string | null, difference: number | null = null): ProviderRecord => ({
    requested,
    used: 'cpu',
    reason,
    difference
  })
  if (requested === 'auto' || requested === 'cpu') return onCpu(null)
  const listed = (await host.backends(job)).map(({ name }) => name)
  if (!listed.includes(requested)) return onCpu(`${requested} is not part of this build; the CPU is used.`)
  const expected = await trial('cpu')
  try {
    const difference = relativeDifference(await trial(requested), expected)
    if (difference <= largestDifference) return { requested, used: requested, reason: null, difference }
    return onCpu(
      `${requested} gives other results than the CPU (${difference.toExponential(1)} of the norm); the CPU is used.`,
      difference
    )
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'cancelled') throw fault
    return onCpu(`${requested} does not work here (${fault.message}); the CPU is used.`)
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

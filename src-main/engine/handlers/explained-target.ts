import { parseTarget, type ResolvedTarget } from '@engine/attribution/target'
import { Fault } from '@engine/fault'
import type { CardOutput } from '@shared/model-card'
import { volumeTargets } from './compute-map'
import { labelsOf } from './predict'

/** A case as its target is chosen. */
interface Explained {
  readonly modelId: string
  readonly output: CardOutput
  readonly logits: readonly number[]
  /** The finding of the reference standard. */
  readonly label: string | null
}

/**
 * The output that maps of a case explain, by the experiment's rule; `label` falls back to the prediction where there is no finding.
 * Throws Fault `bad-experiment` for a label the model does not know, and `bad-parameter`.
 */
export function explainedTarget({ modelId, output, logits, label }: Explained, stated: string): ResolvedTarget {
  const labels = labelsOf(output, logits.length)
  const known = label !== null && labels.some((candidate) => candidate.toLowerCase() === label.toLowerCase())
  if (stated === 'label' && label !== null && !known && labels.length > 1) {
    throw new Fault(
      'bad-experiment',
      `The label "${label}" is no output of the model ${modelId}; its outputs are ${labels.join(', ')}.`
    )
  }
  const wanted = stated !== 'label' ? stated : known ? label : 'predicted'
  return volumeTargets(parseTarget(wanted), logits, output)[0]
}

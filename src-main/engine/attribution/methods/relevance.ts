import { resolveBaselines } from '@engine/attribution/baseline'
import type { Attribution, AttributionContext } from '@engine/attribution/method'
import type { BackwardResult } from '@engine/attribution/explainable'
import type { RelevanceRequest } from '@engine/compiler/composite-request'
import { Fault } from '@engine/fault'

/** Parameters of a relevance method as its schema gives them; ends of the input's range are words or numbers. */
export type RelevanceChoice = Omit<RelevanceRequest, 'low' | 'high'> & {
  readonly low?: string | number
  readonly high?: string | number
}

/**
 * The relevance of the input, the input's shape, with the balance in the notes: what one began with, what reached the input,
 * and what biases took. Throws Fault `unsupported-op` for a node relevance cannot go through, `bad-parameter`.
 */
export async function relevanceMap(context: AttributionContext, choice: RelevanceChoice): Promise<Attribution> {
  const { model, input, start, of, job } = context
  const { low, high, ...settings } = choice
  const composite: RelevanceRequest = {
    ...settings,
    ...(low === undefined ? {} : { low: await perChannel(context, `${choice.id}.low`, low) }),
    ...(high === undefined ? {} : { high: await perChannel(context, `${choice.id}.high`, high) })
  }
  const result = await model.backward({ input, start, composite, of, wrt: ['input'] }, job)
  const map = result.gradients.get('input')
  if (map === undefined) throw new Fault('internal', 'The backward pass returned no relevance of the input.')
  return { map, notes: balance(context, result, { relevance: sum(map.data), start: choice.start ?? 'one' }) }
}

/** An end of the input's range as one number per channel: `black`, `white` or a number. */
async function perChannel(
  context: AttributionContext,
  parameter: string,
  stated: string | number
): Promise<readonly number[]> {
  if (stated === 'black') return context.model.black
  if (stated === 'white') return context.model.white
  if (typeof stated === 'number') return [stated]
  const [whole] = await resolveBaselines(parameter, stated, context)
  throw new Fault(
    'bad-parameter',
    `${parameter} takes black, white or a number, not an array of ${whole.data.length}.`,
    {
      subject: parameter
    }
  )
}

/** The balance of a relevance pass: what reaches the input and what biases take add up to the beginning, up to stabilisers. */
function balance(
  { start }: AttributionContext,
  { scores, taken }: BackwardResult,
  { relevance, start: from }: { relevance: number; start: 'one' | 'logit' }
): Record<string, number | string> {
  const outputs = scores.shape[1]
  const weight = (index: number): number => start.data[start.shape[0] === 1 ? index % outputs : index]
  const begun = scores.data.reduce((total, score, index) => total + weight(index) * (from === 'logit' ? score : 1), 0)
  return {
    relevanceAtStart: begun,
    relevanceInMap: relevance,
    relevanceTakenByBiases: taken === undefined ? 0 : sum(taken.data),
    relevanceConserved: begun === 0 ? 'not defined: relevance begins with zero' : relevance / begun
  }
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0)

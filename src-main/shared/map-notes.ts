import * as v from 'valibot'
import { answerProbability } from './number-words'

/** What the trained model says of the finding that a map explains. */
export const ExplainedAnswer = v.object({
  /** null where the card names no activation, and for a target that is not one output alone. */
  probability: v.nullable(v.number()),
  /** The finding is the one that the model itself predicts. */
  predicted: v.boolean(),
  /** The model says it: by the threshold of its card, or as the largest of classes that exclude each other. */
  called: v.optional(v.boolean())
})
export type ExplainedAnswer = v.InferOutput<typeof ExplainedAnswer>

/** Below it the model does not see what the map explains. */
export const SEEN = 0.5

/** Whether a model says a finding; `predicted`: it is the largest of the outputs, which counts where they exclude each other. */
export const isCalled = (
  probability: number | null | undefined,
  predicted: boolean,
  { activation, threshold }: { readonly activation: string; readonly threshold: number }
): boolean => typeof probability === 'number' && (probability >= threshold || (activation === 'softmax' && predicted))

/** Never rounded up to the half it is below. */
const below = (probability: number): string =>
  Number(answerProbability(probability)) < SEEN
    ? answerProbability(probability)
    : (Math.floor(1000 * probability) / 1000).toFixed(3)

const isLow = (probability: number | null | undefined): probability is number =>
  typeof probability === 'number' && probability < SEEN

/** What is to be known of a map before it is read. */
export interface NotedMap {
  readonly label: string
  readonly flat: boolean
  readonly probability: number | null | undefined
  /** The model says the finding, however low its probability is. */
  readonly called?: boolean
}

export const flatNote =
  'This map is the same everywhere (all values alike). There is nothing to see, and it cannot be assessed.'

/** What has to stand over a map wherever it is shown or written as a picture; nothing where it can be read as it is. */
export function mapNotes({ label, flat, probability, called = false }: NotedMap): string[] {
  const low = !isLow(probability)
    ? []
    : called
      ? [`The model gives “${label}” ${below(probability)}, below 0.50; it is still the model’s answer.`]
      : [
          `The model does not see “${label}” here (${below(probability)}, below 0.50)${flat ? '.' : ': the map shows what speaks for it all the same.'}`
        ]

  return [...(flat ? [flatNote] : []), ...low]
}

/** The same for a picture of a few centimetres whose words name the finding: "not seen (0.12)". */
export function shortMapNotes({ flat, probability, called = false }: Omit<NotedMap, 'label'>): string[] {
  return [
    ...(flat ? ['the same everywhere'] : []),
    ...(isLow(probability) ? [called ? `its answer at ${below(probability)}` : `not seen (${below(probability)})`] : [])
  ]
}

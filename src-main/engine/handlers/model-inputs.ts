import { join } from 'node:path'
import { Fault } from '@engine/fault'
import type { GraphModel, ValueInfo } from '@engine/graph/model'
import { type FixedInput, imageTypes } from '@engine/graph/rewriting/inputs'
import { assumedEdge } from '@engine/preprocessing/propose-card'
import type { ModelCard, OtherInput } from '@shared/model-card'
import { readNpyTensor } from './npy-tensor'

/** Which of a model's inputs is the image, how large it is, and what the others are given. */
export interface InputPlan {
  /** Name of the image input; undefined for a model without inputs. */
  readonly image: string | undefined
  /** Sizes without the batch axis, as the model itself takes them; undefined where the file states them all. */
  readonly size: readonly number[] | undefined
  /** The axis the model lacks: the batch (0) or the channel (1). */
  readonly missingAxis: 0 | 1 | null
  readonly others: ReadonlyMap<string, FixedInput>
}

/** What is known beside the file. */
export interface InputWishes {
  readonly card?: ModelCard
  /** The image input by name, where the user names it: before the card's. */
  readonly name?: string
}

/**
 * Plans the inputs of a model from its card, or from its declared shapes where there is none.
 * Throws Fault `bad-card`, `bad-parameter` for names the model does not have, `not-found` for a missing file.
 */
export async function planInputs(model: GraphModel, { card, name }: InputWishes): Promise<InputPlan> {
  const stated = name ?? (card !== undefined && hasInput(model, card.input.name) ? card.input.name : undefined)
  if (name !== undefined && !hasInput(model, name)) throw noSuchInput(model, name)
  const others = await otherInputs(model, card?.otherInputs ?? {}, stated)
  const image = stated ?? likelyImage(model.inputs.filter((input) => !others.has(input.name)))?.name
  const info = model.inputs.find((input) => input.name === image)
  const missingAxis = info === undefined ? null : missingAxisOf(info, card)
  return { image, size: info === undefined ? undefined : measuredSize(info, card, missingAxis), missingAxis, others }
}

const hasInput = (model: GraphModel, name: string): boolean => model.inputs.some((input) => input.name === name)

function noSuchInput(model: GraphModel, name: string): Fault {
  return new Fault('bad-parameter', `The model ${model.origin.name} has no input "${name}".`, {
    subject: name,
    hint: `Its inputs are ${model.inputs.map((input) => `"${input.name}"`).join(', ')}.`
  })
}

/** The input that looks most like an image: a float one with the most axes; the first of equals. */
function likelyImage(inputs: readonly ValueInfo[]): ValueInfo | undefined {
  const rank = (input: ValueInfo): number => (imageTypes.has(input.elementType) ? (input.dims?.length ?? 4) : 0)
  return inputs.reduce<ValueInfo | undefined>(
    (best, input) => (best === undefined || rank(input) > rank(best) ? input : best),
    undefined
  )
}

/**
 * The axis a model does without. By the card's sizes where there is one; else three fixed axes of which the first could
 * be channels are one image.
 */
function missingAxisOf({ dims }: ValueInfo, card: ModelCard | undefined): 0 | 1 | null {
  if (dims === null) return null
  const [first] = dims
  const couldBeChannels = typeof first === 'number' && first >= 1 && first <= 4
  if (card === undefined) {
    const large = dims.slice(1).every((size) => typeof size === 'number' && size > 4)
    return dims.length === 3 && couldBeChannels && large ? 0 : null
  }
  if (dims.length !== card.input.size.length + 1) return null
  const channels = card.input.layout.endsWith('C') ? dims.at(-1) : first
  if (channels === card.input.channels && typeof first === 'number') return 0
  return card.input.channels === 1 ? 1 : null
}

/** The image size to measure a model at: the card's, else what a proposed card assumes for axes the file leaves open. */
function measuredSize(
  { dims }: ValueInfo,
  card: ModelCard | undefined,
  missingAxis: 0 | 1 | null
): number[] | undefined {
  if (dims === null) return card === undefined ? undefined : cardSize(card)
  const own = missingAxis === null ? dims.slice(1) : missingAxis === 0 ? dims : [1, ...dims.slice(1)]
  if (own.every((dim) => typeof dim === 'number' && dim > 0)) return undefined
  if (card !== undefined) return cardSize(card)
  const last = own.at(-1)
  const channelsLast = own.length >= 3 && (last === 1 || last === 3) && own[0] !== 1 && own[0] !== 3
  const channelAxis = channelsLast ? own.length - 1 : 0
  const [channels, edge] = own.length === 4 ? [1, assumedEdge.volume] : [3, assumedEdge.picture]
  return own.map((dim, axis) => (typeof dim === 'number' && dim > 0 ? dim : axis === channelAxis ? channels : edge))
}

function cardSize({ input }: ModelCard): number[] {
  return input.layout.endsWith('C') ? [...input.size, input.channels] : [input.channels, ...input.size]
}

async function otherInputs(
  model: GraphModel,
  given: Readonly<Record<string, OtherInput>>,
  image: string | undefined
): Promise<Map<string, FixedInput>> {
  const fixed = new Map<string, FixedInput>()
  for (const [name, value] of Object.entries(given)) {
    if (!hasInput(model, name) || name === image) {
      throw new Fault('bad-card', `The model card gives a value for "${name}", which is no input beside the image.`, {
        subject: name,
        hint: `The model's inputs are ${model.inputs.map((input) => `"${input.name}"`).join(', ')}.`
      })
    }
    fixed.set(name, typeof value === 'string' ? await fromFile(model, name, value) : fromLists(value))
  }
  return fixed
}

/** A file named by a card lies beside the model: a card comes from elsewhere and must not read what its folder lacks. */
async function fromFile(model: GraphModel, name: string, file: string): Promise<FixedInput> {
  const { folder } = model.origin
  if (folder === null || !/^[^/\\:\0]+\.npy$/i.test(file)) {
    throw new Fault('bad-card', `The model card's value for "${name}" is no .npy file beside the model.`, {
      subject: name,
      hint: 'Give a number, a list, or the plain name of an .npy file in the folder of the model.'
    })
  }
  const { data, shape } = await readNpyTensor(join(folder, file))
  return { values: Array.from(data), shape }
}

function fromLists(value: Exclude<OtherInput, string>): FixedInput {
  if (typeof value === 'number') return { values: [value], shape: null }
  const shape: number[] = []
  for (let inner: unknown = value; Array.isArray(inner); inner = inner[0]) shape.push(inner.length)
  return { values: (value as unknown[]).flat(2) as number[], shape }
}

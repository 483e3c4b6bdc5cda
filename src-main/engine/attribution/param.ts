import * as v from 'valibot'

/** How a form shows a parameter. */
export type ParamWidget = 'number' | 'integer' | 'text' | 'choice' | 'boolean' | 'list' | 'layer' | 'baseline'

export interface ParamWords {
  /** Label in a form. */
  readonly title: string
  readonly description: string
}

/** What is kept with a parameter's schema: forms, `--help` and the report's table read it from there. */
export interface ParamMetadata extends ParamWords {
  readonly widget: ParamWidget
  readonly min?: number
  readonly max?: number
  readonly options?: readonly string[]
}

interface Limits {
  readonly min: number
  readonly max: number
}

const keep = <Input>(metadata: ParamMetadata) => v.metadata<Input, Record<string, unknown>>({ ...metadata })

/** A real number within limits. */
export function numberParam(words: ParamWords, limits: Limits & { readonly default: number }) {
  const { min, max } = limits
  return v.optional(
    v.pipe(v.number(), v.minValue(min), v.maxValue(max), keep<number>({ ...words, widget: 'number', min, max })),
    limits.default
  )
}

/** A whole number within limits. */
export function integerParam(words: ParamWords, limits: Limits & { readonly default: number }) {
  return v.optional(integerWithin(words, limits), limits.default)
}

/** A whole number that the method chooses by itself when it is not given; the description says how. */
export function openIntegerParam(words: ParamWords, limits: Limits) {
  return v.optional(integerWithin(words, limits))
}

function integerWithin(words: ParamWords, { min, max }: Limits) {
  return v.pipe(
    v.number(),
    v.integer(),
    v.minValue(min),
    v.maxValue(max),
    keep<number>({ ...words, widget: 'integer', min, max })
  )
}

/** One of a few words. */
export function choiceParam<const Options extends readonly [string, ...string[]]>(
  words: ParamWords,
  options: Options,
  preset: Options[number]
) {
  return v.optional(v.pipe(v.picklist(options), keep<Options[number]>({ ...words, widget: 'choice', options })), preset)
}

/** A list of whole numbers of at least one; open when not given. */
export function sizesParam(words: ParamWords) {
  const Size = v.pipe(v.number(), v.integer(), v.minValue(1))
  return v.optional(v.pipe(v.array(Size), v.minLength(2), v.maxLength(4), keep<number[]>({ ...words, widget: 'list' })))
}

/** Name of a layer's tensor; the model's first target layer when not given. */
export function layerParam() {
  return v.optional(
    v.pipe(
      v.string(),
      v.minLength(1),
      keep<string>({
        title: 'Layer',
        description:
          'ONNX tensor name of the layer; the first target layer of the model card when not given. Several with commas between them: their maps are averaged.',
        widget: 'layer'
      })
    )
  )
}

/** A baseline: a word the method knows, the name of an NPY file, or a number for every value of the input. */
export function baselineParam(words: ParamWords, preset: string | number) {
  return v.optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.minLength(1))]),
      keep<string | number>({ ...words, widget: 'baseline' })
    ),
    preset
  )
}

/** Name of an NPY file; drawn from the seed when not given. */
export function fileParam(words: ParamWords) {
  return v.optional(v.pipe(v.string(), v.minLength(1), keep<string>({ ...words, widget: 'text' })))
}

/** Title, description, widget and limits of one entry of a parameter schema. */
export function paramMetadata(entry: v.GenericSchema): ParamMetadata {
  const inner = 'wrapped' in entry ? (entry.wrapped as v.GenericSchema) : entry
  return v.getMetadata(inner) as unknown as ParamMetadata
}

/** The default value of an entry; null when the method chooses. */
export function paramDefault(entry: v.GenericSchema): unknown {
  return (entry as { default?: unknown }).default ?? null
}

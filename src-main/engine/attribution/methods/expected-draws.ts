import { loadParameterTensor } from '@engine/attribution/baseline'
import type { AttributionContext } from '@engine/attribution/method'
import { Fault } from '@engine/fault'
import { randomStream } from '@engine/tensor/random'
import type { Tensor } from '@engine/tensor/tensor'

/** Samples when neither `samples` nor a draws file says otherwise. */
export const defaultDraws = 100

/** The draws of expected gradients: sample `i` starts at row `rows[i]` of `baselines` and stands at `alphas[i]` of the way to the image. */
export interface ExpectedDraws {
  /** `[M, C, ...spatial]`. */
  readonly baselines: Tensor
  readonly rows: Int32Array
  readonly alphas: Float64Array
  /** Where the baselines come from, for the notes. */
  readonly source: string
}

interface Given {
  readonly samples?: number
  readonly baselines?: string
  readonly alphas?: string
}

const own = 'expected-gradients'

/**
 * The draws from the files that are given, the rest from the seed: baselines with replacement from the background set, positions
 * uniform on [0, 1). A file sets the number of samples; with `samples=k` its first k rows are used. Throws Fault `bad-parameter`.
 */
export async function expectedDraws(context: AttributionContext, given: Given): Promise<ExpectedDraws> {
  const fromFile =
    given.baselines === undefined ? null : await loadParameterTensor(`${own}.baselines`, given.baselines, context)
  const background = fromFile ?? (await backgroundSet(context))
  checkBaselines(background, context, fromFile === null ? 'The background set' : `${own}.baselines`)
  const size = context.input.data.length
  const baselineRows = background.data.length / size
  const positions =
    given.alphas === undefined ? null : await loadParameterTensor(`${own}.alphas`, given.alphas, context)
  const lengths = [
    { name: `${own}.baselines`, rows: fromFile === null ? Infinity : baselineRows },
    { name: `${own}.alphas`, rows: positions?.data.length ?? Infinity }
  ]
  const count = sampleCount(given.samples, lengths)
  const stream = randomStream(context.seed, own)
  const rows = Int32Array.from({ length: count }, (_, sample) =>
    fromFile === null ? stream.integer(baselineRows) : sample
  )
  const alphas = Float64Array.from({ length: count }, (_, sample) => positions?.data[sample] ?? stream.uniform())
  const source = fromFile === null ? `${baselineRows} images` : 'replayed'
  return { baselines: background, rows, alphas, source }
}

function sampleCount(
  wanted: number | undefined,
  lengths: readonly { readonly name: string; readonly rows: number }[]
): number {
  const shortest = lengths.reduce((least, item) => (item.rows < least.rows ? item : least))
  if (wanted === undefined) return Number.isFinite(shortest.rows) ? shortest.rows : defaultDraws
  if (wanted <= shortest.rows) return wanted
  throw new Fault(
    'bad-parameter',
    `${shortest.name} has ${shortest.rows} rows, but ${own}.samples asks for ${wanted}.`,
    {
      subject: `${own}.samples`,
      hint: `Ask for at most ${shortest.rows}.`
    }
  )
}

async function backgroundSet({ background }: AttributionContext): Promise<Tensor> {
  const images = await background?.()
  if (images !== undefined) return images
  throw new Fault('bad-parameter', 'Expected gradients have no background images to compare with.', {
    subject: `${own}.baselines`,
    hint: `Name a background set in the model card ("background") or the experiment ("references.background"), or give ${own}.baselines=FILE.npy.`
  })
}

function checkBaselines(images: Tensor, { model }: AttributionContext, name: string): void {
  const expected = model.inputShape
  const rows = images.shape.slice(0, -expected.length)
  if (images.shape.slice(-expected.length).join() === expected.join() && rows.length <= 1 && images.data.length > 0)
    return
  throw new Fault(
    'bad-parameter',
    `${name} has shape [${images.shape.join(', ')}], but each row must be [${expected.join(', ')}] like the model's input.`,
    { subject: `${own}.baselines`, hint: 'Give prepared model inputs, one per row.' }
  )
}

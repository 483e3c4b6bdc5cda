import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder of shared reference data, or null on a machine without it. */
export const sharedFolder: string | null =
  [process.env.SALISCOPE_SHARED ?? '', resolve('..', 'shared')].find((folder) => folder !== '' && existsSync(folder)) ??
  null

/** The golden networks: the whole shared set, or the one kept in the repository. */
export const goldenFolder: string =
  sharedFolder === null ? resolve('tests/fixtures/golden') : join(sharedFolder, 'golden')

/** A float32 array of a NumPy file; only the form the golden set uses. */
export function readGoldenArray(path: string): { data: Float32Array; dims: number[] } {
  const bytes = readFileSync(path)
  const headerLength = bytes.readUInt16LE(8)
  const header = bytes.subarray(10, 10 + headerLength).toString('latin1')
  if (!header.includes("'<f4'") || header.includes('True'))
    throw new Error(`${path}: not a little-endian float32 array in C order`)
  const sizes = /\(([^)]*)\)/.exec(header)?.[1] ?? ''
  const dims = sizes
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number)
  const body = new Uint8Array(bytes.subarray(10 + headerLength))
  return { data: new Float32Array(body.buffer), dims }
}

export interface GoldenTolerance {
  readonly max_abs_over_max: number
  readonly pearson_min: number
}

/** What `case.json` says, as far as the compiler's tests read it. */
export interface GoldenCase {
  readonly id: string
  readonly head: 'none' | 'sigmoid' | 'softmax'
  readonly target: number
  readonly n_outputs: number
  readonly models: readonly {
    readonly file: string
    /** Batch normalisation in this file: `separate`, `folded`, `none`, or as the exporter leaves it. */
    readonly bn: string
    readonly tensors: { readonly cam: { readonly tensor: string }; readonly logits: { readonly tensor: string } }
  }[]
  readonly batch: { readonly input: string; readonly logits: string; readonly gradient: string }
  readonly methods: Readonly<Record<string, { readonly file: string; readonly tolerance: GoldenTolerance }>>
}

export function readCase(id: string): GoldenCase {
  return JSON.parse(readFileSync(join(goldenFolder, id, 'case.json'), 'utf8')) as GoldenCase
}

/** Largest difference relative to the largest reference value, and the correlation. */
export function agreement(
  found: ArrayLike<number>,
  reference: ArrayLike<number>
): { relative: number; pearson: number } {
  let [worst, largest] = [0, 0]
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0]
  for (let index = 0; index < reference.length; index++) {
    const [a, b] = [found[index], reference[index]]
    worst = Math.max(worst, Math.abs(a - b))
    largest = Math.max(largest, Math.abs(b))
    sumA += a
    sumB += b
    sumAA += a * a
    sumBB += b * b
    sumAB += a * b
  }
  const count = reference.length
  const covariance = sumAB - (sumA * sumB) / count
  const pearson = covariance / Math.sqrt((sumAA - sumA ** 2 / count) * (sumBB - sumB ** 2 / count))
  return { relative: worst / largest, pearson }
}

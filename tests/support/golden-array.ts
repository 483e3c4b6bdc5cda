import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedFolder } from './golden'

export interface GoldenArray {
  readonly values: Float32Array | Float64Array | Int32Array | Uint8Array
  readonly shape: readonly number[]
}

const readers = {
  '<f4': (body: ArrayBuffer) => new Float32Array(body),
  '<f8': (body: ArrayBuffer) => new Float64Array(body),
  '<i4': (body: ArrayBuffer) => new Int32Array(body),
  '|u1': (body: ArrayBuffer) => new Uint8Array(body),
  '|b1': (body: ArrayBuffer) => new Uint8Array(body)
}

/** Folder of the golden metrics, or null when the shared material is not at hand. */
export function goldenMetrics(): string | null {
  const shared = sharedFolder()
  return shared === null ? null : join(shared, 'golden/metrics')
}

/** An NPY file of the golden metrics with its own element type. */
export function readGoldenArray(name: string): GoldenArray {
  return readArray(join(goldenMetrics()!, name))
}

/** An NPY file in C order with its own element type. */
export function readArray(path: string): GoldenArray {
  const bytes = readFileSync(path)
  const headerLength = bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', 10, 10 + headerLength)
  const kind = /'descr': '([^']+)'/u.exec(header)![1] as keyof typeof readers
  const shape = /'shape': \(([^)]*)\)/u
    .exec(header)![1]
    .split(',')
    .filter((part) => part.trim() !== '')
  return { values: readers[kind](new Uint8Array(bytes.subarray(10 + headerLength)).buffer), shape: shape.map(Number) }
}

export function readGoldenMap(name: string): { map: Float32Array; shape: readonly number[] } {
  const { values, shape } = readGoldenArray(name)
  return { map: Float32Array.from(values), shape }
}

export function readGoldenMask(name: string): Uint8Array {
  return Uint8Array.from(readGoldenArray(name).values)
}

export function readGoldenJson(name: string): GoldenMetrics {
  return JSON.parse(readFileSync(join(goldenMetrics()!, name), 'utf8')) as GoldenMetrics
}

type Entry = Record<string, number | string>

/** The parts of metrics.json that tests read by name; the rest is walked as plain JSON. */
export interface GoldenMetrics {
  readonly maps: Record<string, string>
  readonly masks: Record<string, string>
  readonly ssim: { readonly pairs: Entry[]; readonly volume: Entry }
  readonly localisation: { readonly entries: LocalisationEntry[] }
  readonly similarity: { readonly entries: Entry[] }
  readonly reader_agreement: { readonly entries: Entry[] }
  readonly statistics: Record<string, unknown>
  readonly road: {
    readonly target: number
    readonly percentiles: number[]
    readonly maps: Record<
      string,
      Record<string, { morf: number[]; lerf: number[]; morf_mean: number; lerf_mean: number; combined: number }>
    >
  }
  readonly deletion_insertion: {
    readonly target: number
    readonly step_pixels: number
    readonly deletion_black: { curve: number[]; auc: number }
    readonly insertion_blur: { curve: number[]; auc: number }
    readonly deletion_mean: { curve: number[]; auc: number }
  }
  readonly fidelity: {
    readonly y: number
    readonly entries: Record<string, number>
    readonly derived: Record<'fidelity_minus_soft' | 'average_drop_percent' | 'fidelity_plus_soft', number>
  }
  readonly mprt: { readonly steps: Entry[]; readonly original_map: string }
}

export interface LocalisationEntry {
  readonly map: string
  readonly mask: string
  readonly [name: string]: unknown
}

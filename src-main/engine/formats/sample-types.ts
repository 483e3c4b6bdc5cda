import type { Voxels } from '@engine/geometry/volume'

/** Number types files store samples in. */
export type SampleType =
  'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'uint64' | 'int64' | 'float16' | 'float32' | 'float64'

export const sampleBytes: Readonly<Record<SampleType, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  uint64: 8,
  int64: 8,
  float16: 2,
  float32: 4,
  float64: 8
}

/** Raw samples of a file in this machine's byte order. */
export type RawSamples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array

/** A copy of the bytes as typed samples. `bytes` must hold whole samples; float16 comes back widened. */
export function samplesOf(bytes: Uint8Array, type: SampleType, littleEndian: boolean): RawSamples {
  const width = sampleBytes[type]
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  if (!littleEndian && width > 1) {
    const buffer = Buffer.from(copy.buffer)
    if (width === 2) buffer.swap16()
    else if (width === 4) buffer.swap32()
    else buffer.swap64()
  }
  if (type === 'float16') return Float32Array.from(new Uint16Array(copy.buffer), halfToNumber)
  return new constructors[type](copy.buffer)
}

/** Samples as voxels: types of `Voxels` unchanged, everything else rounded once to float32. */
export function voxelsFrom(samples: RawSamples): Voxels {
  if (samples instanceof Uint8Array || samples instanceof Int16Array || samples instanceof Uint16Array) return samples
  if (samples instanceof Int32Array || samples instanceof Float32Array) return samples
  if (samples instanceof Int8Array) return new Int16Array(samples)
  const values = new Float32Array(samples.length)
  for (let index = 0; index < samples.length; index++) values[index] = Number(samples[index])
  return values
}

const constructors = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array
} as const

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

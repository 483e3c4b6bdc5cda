import { Fault } from '@engine/fault'
import { defaultDecodedLimitBytes, type Format, type ImageContent, type VolumeContent } from '@engine/formats/format'
import { sampleBytes, samplesOf, voxelsFrom, type RawSamples, type SampleType } from '@engine/formats/sample-types'
import { identityAffine } from '@engine/geometry/affine'
import type { Volume, Voxels } from '@engine/geometry/volume'

/** An array of a `.npy` file in C order. */
export interface NpyArray {
  readonly shape: readonly number[]
  readonly samples: RawSamples
  readonly type: SampleType
}

/** NumPy arrays; two axes are a picture, three a volume, `[…, 3]` colour. */
export const npyFormat: Format = {
  id: 'npy',
  title: 'NumPy array',
  kind: 'raster',
  matches: (head) => magic.every((byte, index) => head[index] === byte),
  extentOf: (head, name) => {
    const layout = pictureAxes(npyHeader(head, name).shape)
    return layout === null ? null : { size: [layout.columns, layout.rows, layout.slices], volumes: 1 }
  },
  read: async (source, options) =>
    npyContent(decodeNpy(source.bytes, source.name, options.decodedLimitBytes ?? defaultDecodedLimitBytes))
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const

/** Reads an array of numbers. Throws Fault `bad-image`, `unsupported-file` (objects, text, complex) or `too-large`. Source: NumPy NEP 1. */
export function decodeNpy(bytes: Uint8Array, name: string, limitBytes = defaultDecodedLimitBytes): NpyArray {
  const header = npyHeader(bytes, name)
  const count = header.shape.reduce((product, length) => product * BigInt(length), 1n)
  const needed = count * BigInt(sampleBytes[header.type])
  if (needed > BigInt(limitBytes)) {
    throw new Fault(
      'too-large',
      `“${name}” claims ${header.shape.join(' × ')} values, more than can be held in memory.`,
      {
        subject: name,
        hint: `At most ${Math.round(limitBytes / 2 ** 20)} MiB are read from one file.`
      }
    )
  }
  const body = bytes.subarray(header.dataOffset, header.dataOffset + Number(needed))
  if (body.length < Number(needed))
    throw damaged(name, `it holds ${body.length} of the ${needed} bytes its shape needs`)
  const samples = samplesOf(body, header.type, header.littleEndian)
  return {
    shape: header.shape,
    type: header.type,
    samples: header.fortran ? toRowMajor(samples, header.shape) : samples
  }
}

/** Float32 or uint8 values as a version 1.0 file in C order. */
export function encodeNpy(values: Float32Array | Uint8Array, shape: readonly number[]): Uint8Array {
  const descr = values instanceof Float32Array ? '<f4' : '|u1'
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const words = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`
  const padded = words.padEnd(Math.ceil((words.length + 11) / 64) * 64 - 11) + '\n'
  const bytes = new Uint8Array(10 + padded.length + values.byteLength)
  bytes.set([...magic, 1, 0, padded.length & 255, padded.length >> 8])
  bytes.set(Buffer.from(padded, 'latin1'), 10)
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 10 + padded.length)
  return bytes
}

interface NpyHeader {
  readonly shape: readonly number[]
  readonly type: SampleType
  readonly littleEndian: boolean
  readonly fortran: boolean
  readonly dataOffset: number
}

function npyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const major = bytes[6]
  const lengthBytes = major === 1 ? 2 : 4
  if (bytes.length < 8 + lengthBytes || major < 1 || major > 3)
    throw damaged(name, 'its header is cut off or of an unknown version')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const dataOffset = 8 + lengthBytes + length
  if (dataOffset > bytes.length || length > 65536) throw damaged(name, 'its header is cut off')
  const words = Buffer.from(bytes.subarray(8 + lengthBytes, dataOffset)).toString('latin1')
  const descr = /'descr'\s*:\s*'([<>|=]?)([a-zA-Z])(\d+)'/.exec(words)
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(words)
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(words)
  if (fortran === null || shape === null) throw damaged(name, 'its header is not a NumPy header')
  const type = descr === null ? undefined : npyTypes[`${descr[2]}${descr[3]}`]
  if (descr === null || type === undefined) {
    throw new Fault('unsupported-file', `“${name}” holds values that are no real numbers.`, {
      subject: name,
      hint: 'Save it with a number type, for example array.astype("float32").'
    })
  }
  const lengths = shape[1]
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
  return { shape: lengths, type, littleEndian: descr[1] !== '>', fortran: fortran[1] === 'True', dataOffset }
}

const npyTypes: Readonly<Record<string, SampleType>> = {
  b1: 'uint8',
  u1: 'uint8',
  i1: 'int8',
  u2: 'uint16',
  i2: 'int16',
  u4: 'uint32',
  i4: 'int32',
  u8: 'uint64',
  i8: 'int64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64'
}

/** Column-major samples in row-major order. */
function toRowMajor(samples: RawSamples, shape: readonly number[]): RawSamples {
  const whole = samples.slice() as Float64Array
  const index = new Array<number>(shape.length).fill(0)
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1))
  for (let to = 0; to < whole.length; to++) {
    whole[to] = (samples as Float64Array)[index.reduce((sum, position, axis) => sum + position * strides[axis], 0)]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++
      if (index[axis] < shape[axis]) break
      index[axis] = 0
    }
  }
  return whole
}

/** An array as an image; an array of other than two or three axes has no volume. */
export function npyContent(array: NpyArray): ImageContent {
  const values = voxelsFrom(array.samples)
  return {
    kind: 'raster',
    shape: array.shape,
    values,
    affine: null,
    volumes: npyVolumes(values, array),
    warnings: [],
    patient: null,
    dicom: null
  }
}

interface PictureAxes {
  readonly slices: number
  readonly rows: number
  readonly columns: number
  readonly samples: 1 | 3
}

/** Leading axes of length one are dropped; anything but two or three further axes has no picture. */
function pictureAxes(whole: readonly number[]): PictureAxes | null {
  const shape = [...whole]
  while (shape.length > 2 && shape[0] === 1) shape.shift()
  if (shape.length < 2 || shape.length > 3 || shape.includes(0)) return null
  const colour = shape.length === 3 && shape[2] === 3
  if (colour) return { slices: 1, rows: shape[0], columns: shape[1], samples: 3 }
  const [slices, rows, columns] = shape.length === 2 ? [1, ...shape] : shape
  return { slices, rows, columns, samples: 1 }
}

function npyVolumes(values: Voxels, array: NpyArray): VolumeContent[] {
  const axes = pictureAxes(array.shape)
  if (axes === null) return []
  const volume: Volume = {
    voxels: values,
    size: [axes.columns, axes.rows, axes.slices],
    samples: axes.samples,
    affine: identityAffine,
    spacingMm: null,
    oriented: false,
    frameOfReference: null,
    unit: 'value',
    photometric: axes.samples === 3 ? 'RGB' : 'MONOCHROME2',
    bitsStored: array.type.startsWith('float') ? 32 : sampleBytes[array.type] * 8,
    window: null
  }
  return [{ volume, label: '', warnings: [] }]
}

function damaged(name: string, reason: string): Fault {
  return new Fault('bad-image', `“${name}” is not a readable NumPy array: ${reason}.`, {
    subject: name,
    hint: 'Save it again with numpy.save.'
  })
}

import { Fault } from '@engine/fault'
import { defaultDecodedLimitBytes, type Format, type ImageContent, type ReadOptions } from '@engine/formats/format'
import { gunzipUpTo, isGzip } from '@engine/formats/gzip'
import { sampleBytes, samplesOf, voxelsFrom, type SampleType } from '@engine/formats/sample-types'
import type { SourceFile } from '@engine/formats/source-file'
import {
  affineFromColumns,
  applyAffine,
  isInvertible,
  scaled,
  spacingOf,
  swapRasLps,
  type Vector
} from '@engine/geometry/affine'
import type { Affine, Voxels } from '@engine/geometry/volume'

/** FreeSurfer volumes, `.mgh` and `.mgz`; reported as NIfTI, whose world they share. Source: FreeSurfer wiki, MghFormat. */
export const mghFormat: Format = {
  id: 'mgh',
  title: 'FreeSurfer MGH',
  kind: 'nifti',
  readsGzip: true,
  matches: (head, name) => /\.mg[hz]$/i.test(name) && isMghHead(head),
  extentOf: (head, name) => {
    const [columns, rows, slices, volumes] = mghHeader(head, name).shape
    return { size: [columns, rows, slices], volumes }
  },
  read: readMgh
}

const dataOffset = 284
const mostTagBytes = 2 ** 22
const types: Readonly<Record<number, SampleType>> = { 0: 'uint8', 1: 'int32', 3: 'float32', 4: 'int16' }

interface MghHeader {
  /** Four lengths; the last counts volumes. */
  readonly shape: readonly [number, number, number, number]
  readonly type: SampleType
  readonly oriented: boolean
  readonly affine: Affine
}

function isMghHead(head: Uint8Array): boolean {
  return head.length >= dataOffset && head[0] === 0 && head[1] === 0 && head[2] === 0 && head[3] === 1
}

async function readMgh(source: SourceFile, options: ReadOptions): Promise<ImageContent> {
  const { name } = source
  const packed = isGzip(source.bytes)
  const head = packed ? (await gunzipUpTo(source.bytes, dataOffset, name)).bytes : source.bytes
  const header = mghHeader(head, name)
  const count = header.shape.reduce((product, length) => product * BigInt(length), 1n)
  const needed = count * BigInt(sampleBytes[header.type])
  if (needed > BigInt(options.decodedLimitBytes ?? defaultDecodedLimitBytes)) {
    throw new Fault(
      'too-large',
      `“${name}” claims ${header.shape.join(' × ')} voxels, more than can be held in memory.`,
      { subject: name }
    )
  }
  const end = dataOffset + Number(needed)
  // Behind the voxels lie tags; reading past them lets the checksum at the end be seen.
  const whole = packed ? (await gunzipUpTo(source.bytes, end + mostTagBytes, name)).bytes : source.bytes
  const body = whole.subarray(dataOffset, end)
  if (body.length < Number(needed)) throw bad(name, `it holds ${body.length} of the ${needed} bytes its image needs`)
  const values = voxelsFrom(samplesOf(body, header.type, false))
  return contentOf(values, header)
}

function contentOf(values: Voxels, header: MghHeader): ImageContent {
  const [columns, rows, slices, count] = header.shape
  const length = columns * rows * slices
  const affine = swapRasLps(header.affine)
  return {
    kind: 'nifti',
    shape: count === 1 ? [columns, rows, slices] : [...header.shape],
    firstAxisFastest: true,
    values,
    affine: [0, 4, 8, 12].map((start) => header.affine.slice(start, start + 4)),
    volumes: Array.from({ length: count }, (_, time) => ({
      volume: {
        voxels: values.subarray(time * length, (time + 1) * length),
        size: [columns, rows, slices] as const,
        samples: 1 as const,
        affine,
        spacingMm: spacingOf(affine),
        oriented: header.oriented,
        frameOfReference: null,
        unit: 'value',
        photometric: 'MONOCHROME2' as const,
        bitsStored: values.BYTES_PER_ELEMENT * 8,
        window: null
      },
      label: count === 1 ? '' : `volume ${time + 1} of ${count}`,
      warnings: []
    })),
    warnings: header.oriented ? [] : ['The file does not say which way the patient lies.'],
    patient: null,
    dicom: null
  }
}

function mghHeader(head: Uint8Array, name: string): MghHeader {
  if (!isMghHead(head)) throw bad(name, 'its header is missing')
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const shape = [0, 1, 2, 3].map((axis) => view.getInt32(4 + axis * 4)) as unknown as MghHeader['shape']
  if (!shape.every((length) => length >= 1)) throw bad(name, `it claims a size of ${shape.join(' × ')}`)
  const type = types[view.getInt32(20)]
  if (type === undefined) throw bad(name, 'it states an unknown data type')
  const oriented = view.getInt16(28) > 0
  const float = (index: number): number => view.getFloat32(30 + index * 4)
  const vector = (index: number): Vector => [float(index), float(index + 1), float(index + 2)]
  const columns: [Vector, Vector, Vector] = oriented
    ? [scaled(vector(3), float(0)), scaled(vector(6), float(1)), scaled(vector(9), float(2))]
    : [
        [-1, 0, 0],
        [0, 0, -1],
        [0, 1, 0]
      ]
  const affine = centred(columns, shape, oriented ? vector(12) : [0, 0, 0])
  if (!isInvertible(affine)) throw bad(name, 'its geometry does not span space')
  return { shape, type, oriented, affine }
}

/** MGH states the world position of the centre voxel. */
function centred(columns: [Vector, Vector, Vector], shape: readonly number[], center: Vector): Affine {
  const linear = affineFromColumns(columns, [0, 0, 0])
  const [x, y, z] = applyAffine(linear, [shape[0] / 2, shape[1] / 2, shape[2] / 2])
  return affineFromColumns(columns, [center[0] - x, center[1] - y, center[2] - z])
}

function bad(name: string, reason: string): Fault {
  return new Fault('bad-image', `“${name}” cannot be read as a FreeSurfer volume: ${reason}.`, {
    subject: name,
    hint: 'Export the image again from its source.'
  })
}

import { Fault } from '@engine/fault'
import type { SampleType } from '@engine/formats/sample-types'

/** NIfTI datatype codes that are read. Source: nifti1.h. */
const readable: Readonly<Record<number, SampleType>> = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  1024: 'int64',
  1280: 'uint64'
}

/** Legal codes that hold no single grey value a voxel. */
const refused: Readonly<Record<number, string>> = {
  1: 'single bits',
  32: 'complex numbers',
  128: 'RGB colours',
  1536: '128-bit floating point numbers',
  1792: 'complex numbers',
  2048: 'complex numbers',
  2304: 'RGBA colours'
}

/** The sample type of a code. Throws Fault `unsupported-file` for colour and complex images, `bad-image` for unknown codes. */
export function niftiDatatype(code: number, name: string): SampleType {
  const type = readable[code]
  if (type !== undefined) return type
  const words = refused[code]
  if (words !== undefined) {
    throw new Fault('unsupported-file', `“${name}” holds ${words}; one real number a voxel can be read.`, {
      subject: name,
      hint: 'Convert it to a grey image (magnitude or intensity).'
    })
  }
  throw new Fault('bad-image', `“${name}” states the unknown data type ${code}.`, {
    subject: name,
    hint: 'Export the image again from its source.'
  })
}

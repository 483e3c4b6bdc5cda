import { Fault } from '@engine/fault'
import { itkAffineNames, offsetMatrix } from '@engine/formats/transforms/itk-text'
import type { Affine } from '@engine/geometry/volume'

const headerBytes = 20

interface Matrix {
  readonly name: string
  readonly values: number[]
}

/**
 * The matrix of an ITK transform in a MATLAB v4 file (ANTs `0GenericAffine.mat`): one named after the transform with its parameters,
 * one named `fixed` with the centre. Source: MathWorks, MAT-File Format, "Level 4"; itkMatlabTransformIO.cxx.
 * Throws Fault `bad-file`, `unsupported-file`.
 */
export function itkMatlabAffine(bytes: Uint8Array, name: string): Affine {
  const [parameters, fixed] = matrices(bytes, name)
  if (parameters === undefined || !itkAffineNames.test(parameters.name) || fixed?.name !== 'fixed') {
    throw new Fault('unsupported-file', `The transform “${name}” holds no affine transform of ITK.`, {
      subject: name,
      hint: 'ITK text files and ANTs 0GenericAffine.mat files are read; a matrix in text has another convention (fsl, world-ras, world-lps).'
    })
  }
  return offsetMatrix(parameters.values, fixed.values, name)
}

function matrices(bytes: Uint8Array, name: string): Matrix[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: Matrix[] = []
  let at = 0
  while (at + headerBytes <= bytes.length && found.length < 2) {
    const [type, rows, columns, complex, nameLength] = [0, 4, 8, 12, 16].map((offset) =>
      view.getInt32(at + offset, true)
    )
    const single = type === 10
    if (
      (type !== 0 && !single) ||
      complex !== 0 ||
      rows < 1 ||
      columns !== 1 ||
      rows > 64 ||
      nameLength < 1 ||
      nameLength > 128
    )
      break
    const start = at + headerBytes + nameLength
    const end = start + rows * (single ? 4 : 8)
    if (end > bytes.length) throw new Fault('bad-file', `The transform “${name}” ends too soon.`, { subject: name })
    const title = new TextDecoder('latin1').decode(bytes.subarray(at + headerBytes, start - 1))
    const values = Array.from({ length: rows }, (_, index) =>
      single ? view.getFloat32(start + 4 * index, true) : view.getFloat64(start + 8 * index, true)
    )
    found.push({ name: title, values })
    at = end
  }
  return found
}

import { Fault } from '@engine/fault'
import type { Affine } from '@engine/geometry/volume'

/** Transforms whose parameters are a matrix and a translation. */
export const itkAffineNames = /^(AffineTransform|MatrixOffsetTransformBase)_(double|float)_3_3$/u

/**
 * The matrix of an ITK text transform: p ↦ M (p − c) + t + c, LPS, from the fixed to the moving image. One affine transform a file.
 * Source: ITK Software Guide 2, "Transforms"; itkMatrixOffsetTransformBase.h. Throws Fault `bad-file`, `unsupported-file`.
 */
export function itkAffine(text: string, name: string): Affine {
  const values = (key: string): string[] =>
    [...text.matchAll(new RegExp(`^${key}:\\s*(.*)$`, 'gmu'))].map((found) => found[1].trim())
  const kinds = values('Transform')
  if (kinds.length !== 1 || !itkAffineNames.test(kinds[0])) {
    throw new Fault(
      'unsupported-file',
      `The transform “${name}” is ${kinds.length > 1 ? 'made of several' : (kinds[0] ?? 'of no named kind')}; one affine transform in three dimensions is read.`,
      {
        subject: name,
        hint: 'Compose it into one affine, for example with antsApplyTransforms -o Linear[FILE].'
      }
    )
  }
  const numbers = (key: string): number[] =>
    (values(key)[0] ?? '')
      .split(/\s+/u)
      .filter((word) => word !== '')
      .map(Number)
  return offsetMatrix(numbers('Parameters'), numbers('FixedParameters'), name)
}

/** Nine entries of M row by row, three of t, and the centre c, as one matrix. Throws Fault `bad-file`. */
export function offsetMatrix(parameters: readonly number[], center: readonly number[], name: string): Affine {
  if (parameters.length !== 12 || center.length !== 3 || ![...parameters, ...center].every(Number.isFinite)) {
    throw new Fault(
      'bad-file',
      `The transform “${name}” has ${parameters.length} parameters and ${center.length} of its centre; 12 and 3 are needed.`,
      {
        subject: name
      }
    )
  }
  const row = (index: number): [number, number, number, number] => {
    const [a, b, c] = parameters.slice(3 * index, 3 * index + 3)
    const shift = parameters[9 + index] + center[index] - (a * center[0] + b * center[1] + c * center[2])
    return [a, b, c, shift]
  }
  return [...row(0), ...row(1), ...row(2), 0, 0, 0, 1]
}

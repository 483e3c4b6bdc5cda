import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { readSourceFile } from '@engine/formats/source-file'
import { flirtAffine } from '@engine/formats/transforms/flirt'
import { itkAffine } from '@engine/formats/transforms/itk-text'
import { itkMatlabAffine } from '@engine/formats/transforms/itk-matlab'
import { textMatrix } from '@engine/formats/transforms/text-matrix'
import { determinant, invertAffine, isInvertible, swapRasLps, multiplyAffines } from '@engine/geometry/affine'
import type { Grid } from '@engine/geometry/grid'
import type { Affine } from '@engine/geometry/volume'

/** What the numbers of a file mean. A 4 × 4 matrix does not say it: the user must. */
export const transformConventions = ['itk', 'fsl', 'world-ras', 'world-lps'] as const
export type TransformConvention = (typeof transformConventions)[number]

export interface TransformEnds {
  readonly image: Grid
  readonly template: Grid
}

/**
 * The affine that takes a point of the image to the template, LPS to LPS in millimetres, from a file.
 * - `itk` (`.txt`, `.mat` of ANTs): LPS, takes a point of the template (fixed) to the image (moving), as resampling needs it;
 * - `fsl` (FLIRT `.mat`): takes scaled voxel positions of the image (in) to those of the template (ref), x mirrored where the voxel
 *   axes are right-handed in RAS;
 * - `world-ras`, `world-lps`: takes a point of the image to the template in that world.
 * Throws Fault `unsupported-file` for fields, composites and rigid parameters, `bad-file` for broken ones, `geometry-mismatch` for
 * matrices that mirror, flatten, or scale out of all proportion: the convention is then most likely another.
 */
export async function readTransform(
  path: string,
  convention: TransformConvention,
  ends: TransformEnds
): Promise<Affine> {
  const { bytes } = await readSourceFile(path)
  const name = basename(path)
  const affine = worldAffine(bytes, { name, convention }, ends)
  if (!isInvertible(affine)) throw wrong(name, 'is singular')
  const size = determinant(affine)
  if (size < 0) throw wrong(name, 'mirrors the image')
  if (size < 0.05 || size > 20) throw wrong(name, `changes volumes by a factor of ${size.toPrecision(2)}`)
  return affine
}

function wrong(name: string, what: string): Fault {
  return new Fault('geometry-mismatch', `The transform “${name}” ${what}.`, {
    subject: name,
    hint: `Check its convention; known are ${transformConventions.join(', ')}.`
  })
}

function worldAffine(
  bytes: Uint8Array,
  { name, convention }: { name: string; convention: TransformConvention },
  ends: TransformEnds
): Affine {
  switch (convention) {
    case 'itk': {
      const text = new TextDecoder('latin1').decode(bytes.subarray(0, 4096))
      const toImage = text.startsWith('#Insight') ? itkAffine(text, name) : itkMatlabAffine(bytes, name)
      return invertAffine(toImage)
    }
    case 'fsl':
      return flirtAffine(textMatrix(bytes, name), ends)
    case 'world-lps':
      return textMatrix(bytes, name)
    case 'world-ras': {
      const mirror: Affine = [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
      return multiplyAffines(swapRasLps(textMatrix(bytes, name)), mirror)
    }
  }
}

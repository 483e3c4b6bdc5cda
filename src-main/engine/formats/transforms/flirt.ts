import { determinant, invertAffine, multiplyAffines, spacingOf, swapRasLps } from '@engine/geometry/affine'
import type { Grid } from '@engine/geometry/grid'
import type { Affine } from '@engine/geometry/volume'

/**
 * A FLIRT matrix as LPS to LPS. It takes positions of the image in "scaled voxels" to those of the template: voxel index times spacing,
 * the first axis counted from its other end where the voxel axes are right-handed in RAS ("neurological" storage).
 * Source: FSL wiki, FLIRT FAQ, "What is the format of the matrix used by FLIRT?".
 */
export function flirtAffine(matrix: Affine, { image, template }: { image: Grid; template: Grid }): Affine {
  const fromImage = invertAffine(worldOfScaled(image))
  return multiplyAffines(worldOfScaled(template), multiplyAffines(matrix, fromImage))
}

/** Scaled voxels of a grid to LPS. */
function worldOfScaled(grid: Grid): Affine {
  const [x, y, z] = spacingOf(grid.affine)
  const last = (grid.size[0] - 1) * x
  const mirrored = determinant(swapRasLps(grid.affine)) > 0
  // i = x / spacing, or (size − 1) − x / spacing.
  const voxelOfScaled: Affine = [
    (mirrored ? -1 : 1) / x,
    0,
    0,
    mirrored ? last / x : 0,
    0,
    1 / y,
    0,
    0,
    0,
    0,
    1 / z,
    0,
    0,
    0,
    0,
    1
  ]
  return multiplyAffines(grid.affine, voxelOfScaled)
}

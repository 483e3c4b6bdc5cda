import * as v from 'valibot'
import { affineFromColumns, spacingOf, type Vector } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'
import type { ModelGrid } from '@engine/preprocessing/model-grid'
import { ModelCard } from '@shared/model-card'

/** An image with geometry; values from a function of its voxel. */
export function volumeOf(
  size: [number, number, number],
  affine: Affine,
  value: (i: number, j: number, k: number) => number
): Volume {
  const voxels = new Float32Array(size[0] * size[1] * size[2])
  let at = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) for (let i = 0; i < size[0]; i++) voxels[at++] = value(i, j, k)
  return {
    voxels,
    size,
    samples: 1,
    affine,
    spacingMm: spacingOf(affine),
    oriented: true,
    frameOfReference: null,
    unit: '',
    photometric: 'MONOCHROME2',
    bitsStored: 16,
    window: null
  }
}

/** Axes along `u`, `v`, `w` (LPS millimetres a voxel). */
export const axes = (u: Vector, v: Vector, w: Vector, origin: Vector = [0, 0, 0]): Affine =>
  affineFromColumns([u, v, w], origin)

/** A card of a model of volumes that is given the values as they are. */
export function volumeCard(input: Record<string, unknown>, rest: Record<string, unknown> = {}): ModelCard {
  return v.parse(ModelCard, {
    version: 1,
    name: 'test',
    mode: { kind: 'volume' },
    input: {
      name: 'x',
      layout: 'NCDHW',
      size: [2, 2, 2],
      channels: 1,
      values: { from: 'none' },
      mean: [0],
      std: [1],
      range: [-1e3, 1e3],
      ...input
    },
    outputs: [{ name: 'y', kind: 'logit', activation: 'softmax', labels: ['a', 'b'] }],
    ...rest
  })
}

/** Image index of a model voxel along one axis, by the definition of a model axis. */
export function imageIndex({ flipped, from, scale, offset }: ModelGrid[number], position: number): number {
  const index = (position + 0.5) * scale + offset - 0.5
  return flipped ? from - 1 - index : index
}

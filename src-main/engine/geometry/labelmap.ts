import { sameGrid, type Grid } from '@engine/geometry/grid'
import { resampleVolume } from '@engine/geometry/resample'
import { voxelCount, type Volume } from '@engine/geometry/volume'

/** A reference mask on a grid: 0 outside, 1 inside; `voxels` has the order of `Volume.voxels` with one sample. */
export interface Labelmap extends Grid {
  readonly voxels: Uint8Array
}

/** Voxels that are not zero; NaN counts as outside. For colour the voxel is inside when any sample is not zero. */
export function labelmapFromVolume(volume: Volume): Labelmap {
  const voxels = new Uint8Array(voxelCount(volume))
  for (let index = 0; index < voxels.length; index++) {
    for (let sample = 0; sample < volume.samples; sample++) {
      const value = volume.voxels[index * volume.samples + sample]
      if (value !== 0 && !Number.isNaN(value)) voxels[index] = 1
    }
  }
  return { voxels, size: volume.size, affine: volume.affine }
}

/** Number of voxels inside. */
export function labelledVoxels(labelmap: Labelmap): number {
  let count = 0
  for (const value of labelmap.voxels) if (value !== 0) count++
  return count
}

/** A labelmap as a volume, to be written or shown. */
export function volumeFromLabelmap(labelmap: Labelmap, image: Volume): Volume {
  return {
    ...image,
    voxels: labelmap.voxels,
    samples: 1,
    size: labelmap.size,
    affine: labelmap.affine,
    unit: 'label',
    photometric: 'MONOCHROME2',
    bitsStored: 8,
    window: null
  }
}

/** The mask on another grid, nearest neighbour; unchanged when it lies there already. */
export function labelmapOnGrid(labelmap: Labelmap, image: Volume): Labelmap {
  if (sameGrid(labelmap, image)) return labelmap
  const moved = resampleVolume(volumeFromLabelmap(labelmap, image), image, { interpolation: 'nearest' })
  return labelmapFromVolume(moved)
}

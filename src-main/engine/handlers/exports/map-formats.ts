import { encodeNifti } from '@engine/formats/nifti/write'
import { encodeNpy } from '@engine/formats/raster/npy'
import type { Volume } from '@engine/geometry/volume'
import { dicomCapture, dicomParametricMap, dicomPresentation } from './dicom-maps'
import { dicomMapSegment } from './dicom-map-segment'
import type { MapFormat } from './map-format'
import { overlayOf } from './map-picture'
import { recipeId } from './map-to-write'

/** The reduced map on the image's grid, float32, `[slices,] rows, columns`. */
const npy: MapFormat = {
  id: 'npy',
  title: 'NPY',
  hint: 'Values as float32 for Python. Nothing of the patient.',
  group: 'research',
  refuses: () => null,
  async content({ size }, placed) {
    const shape = size[2] > 1 ? [size[2], size[1], size[0]] : [size[1], size[0]]
    return new Map([['.npy', encodeNpy(placed.values, shape)]])
  }
}

/** The same with the image's affine. */
const nifti: MapFormat = {
  id: 'nifti',
  title: 'NIfTI',
  hint: 'Values with the place of the image in the patient. No name, no date.',
  group: 'research',
  refuses: () => null,
  async content(map, placed) {
    const volume: Volume = {
      ...map.image,
      voxels: placed.values,
      samples: 1,
      unit: 'attribution',
      photometric: 'MONOCHROME2',
      bitsStored: 32,
      window: null
    }
    const description = `Saliscope recipe ${recipeId(map).slice(0, 16)}`
    return new Map([['.nii.gz', await encodeNifti(volume, { description })]])
  }
}

/** Overlay of the hottest slice with its colour bar. */
const png: MapFormat = {
  id: 'png',
  title: 'PNG picture',
  hint: 'Image, map and colour bar as they are seen, of the hottest slice. Text in the image itself stays.',
  group: 'research',
  refuses: () => null,
  content: async (map, placed) => new Map([['.png', overlayOf(map, placed)]])
}

/** Every format a map can be written as, in the order of the export sheet and of `attribute --as`. */
export const mapFormats: readonly MapFormat[] = [
  npy,
  nifti,
  png,
  dicomParametricMap,
  dicomMapSegment,
  dicomCapture,
  dicomPresentation
]

import { labelledVoxels } from '@engine/geometry/labelmap'
import { volumeEdgeLetters } from '@engine/geometry/orientation'
import type { Volume } from '@engine/geometry/volume'
import { takeSlice } from '@engine/preprocessing/slices'
import { toModelGrid } from '@engine/preprocessing/resample-slice'
import type { Handlers } from '@engine/engine'
import type { ReferenceMask } from '@shared/vocabulary'
import { automaticWindow, displayImage } from './display-image'
import { referenceMasks } from './reference-masks'
import { seenBy } from './seen-by'
import type { Workbench } from './workbench'

type ImageHandlers = Pick<Handlers, 'image.read' | 'image.thumbnail' | 'mask.read'>

/** Voxels, thumbnails and reference masks for the screen. */
export function imageHandlers(workbench: Workbench): ImageHandlers {
  const { cases } = workbench
  return {
    async 'image.read'({ caseId, variant }, job) {
      return displayImage(cases.require(caseId), await cases.volume(caseId, variant, job.progress))
    },

    async 'image.thumbnail'({ caseId, edge }) {
      const slice = await cases.middleSlice(caseId)
      const { width, height, grey } = smallPicture(slice, Math.floor((slice.size[2] - 1) / 2), edge)
      const slices = cases.require(caseId).size[2]
      return { width, height, grey, letters: { ...volumeEdgeLetters(slice) }, slices }
    },

    async 'mask.read'({ caseId }) {
      const entry = seenBy(workbench.profiles.orNobody, cases.require(caseId))
      const image = await cases.volume(caseId)
      const masks: ReferenceMask[] = []
      for (const { reader, labelmap } of await referenceMasks(entry, image)) {
        const voxels = labelledVoxels(labelmap)
        masks.push({
          reader,
          size: [...labelmap.size],
          labelmap: labelmap.voxels,
          voxels,
          areaCm2: areaCm2(image, voxels)
        })
      }
      return { masks, cues: entry.cues.map(({ name, box }) => ({ name, box: [...box] })) }
    }
  }
}

/** A slice made small, and how its pixels lie on those of the image. */
export interface SmallPicture {
  readonly width: number
  readonly height: number
  readonly grey: Uint8Array
  readonly grid: Parameters<typeof toModelGrid>[1]
}

/** One slice in the image's own window, 8 bit, longest side `edge`. */
export function smallPicture(volume: Volume, index: number, edge: number): SmallPicture {
  const slice = takeSlice(volume, 'k', index)
  // As it is in the patient: pixels that are not square become square ones.
  const [x, y] = volume.spacingMm ?? [1, 1]
  const scale = Math.max(slice.columns * x, slice.rows * y) / edge
  const width = Math.max(1, Math.round((slice.columns * x) / scale))
  const height = Math.max(1, Math.round((slice.rows * y) / scale))
  const grid = {
    columns: slice.columns,
    rows: slice.rows,
    width,
    height,
    scaleX: slice.columns / width,
    scaleY: slice.rows / height,
    offsetX: 0,
    offsetY: 0
  }
  const window = volume.window ?? automaticWindow(volume)
  const plane = toModelGrid(slice.channels[Math.min(1, slice.channels.length - 1)], grid, 0, 'linear')
  const low = window.center - window.width / 2
  const inverted = volume.photometric === 'MONOCHROME1'
  const grey = Uint8Array.from(plane, (value) => {
    const level = Math.min(255, Math.max(0, Math.round((255 * (value - low)) / window.width)))
    return inverted ? 255 - level : level
  })
  return { width, height, grey, grid }
}

function areaCm2(image: Volume, voxels: number): number | null {
  if (image.spacingMm === null || image.size[2] > 1) return null
  return (voxels * image.spacingMm[0] * image.spacingMm[1]) / 100
}

import { plainWords, planesOf, type Segment } from '@engine/formats/segmentation/segmentation'
import type { Volume } from '@engine/geometry/volume'
import { segmentsOf } from '@engine/readers/study/outline-runs'
import type { OutlineRuns } from '@shared/reading-study'

/** Kept outlines segment by segment with their names, as they are written out; what was boxed stays a box. */
export function outlineSegments(runs: OutlineRuns, image: Volume, reader: string): Segment[] {
  return segmentsOf(runs).map(({ name, voxels, boxes }, index) => ({
    ...plainWords(index + 1, name),
    description: `Outlined by ${reader}`,
    planes: planesOf({ voxels, size: image.size }),
    boxes: boxes ?? []
  }))
}

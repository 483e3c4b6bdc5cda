import type { DataSet } from 'dicom-parser'
import { number, sequenceItems } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'
import type { Volume } from '@engine/geometry/volume'

/** The first display window of a file, also from its functional groups; null when it has none that makes sense. Source: DICOM PS3.3 C.11.2. */
export function displayWindow(dataSet: DataSet): Volume['window'] {
  const shared = sequenceItems(dataSet, tag.SharedFunctionalGroupsSequence)[0]
  const first = sequenceItems(dataSet, tag.PerFrameFunctionalGroupsSequence)[0]
  const places = [
    dataSet,
    ...[first, shared].flatMap((groups) => (groups === undefined ? [] : sequenceItems(groups, tag.FrameVOILUTSequence)))
  ]
  for (const place of places) {
    const center = number(place, tag.WindowCenter, 'DS')
    const width = number(place, tag.WindowWidth, 'DS')
    if (center !== undefined && width !== undefined && Number.isFinite(center) && width > 0 && Number.isFinite(width)) {
      return { center, width }
    }
  }
  return null
}

import type { DataSet } from 'dicom-parser'
import { numbers, sequenceItems, text } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'
import { displayCurve } from '@engine/formats/dicom/window'
import { type DrawnRegion, mostRegions, outlineOf, pairs } from './drawn-region'

/** How a presentation state shows some frames. */
export interface PresentationWindow {
  readonly center: number
  readonly width: number
  /** Instances it is for; [] for all that the state refers to. */
  readonly instances: readonly string[]
}

export interface PresentationState {
  readonly regions: readonly DrawnRegion[]
  readonly windows: readonly PresentationWindow[]
  /** What it does to pictures that is not done here: one sentence each. */
  readonly leftOut: readonly string[]
}

/** Graphics and windows of a softcopy presentation state. Source: DICOM PS3.3 C.10.5, C.11.8. Never throws: what is odd is left out. */
export function readPresentation(dataSet: DataSet): PresentationState {
  const annotations = sequenceItems(dataSet, tag.GraphicAnnotationSequence)
  const graphics = annotations.flatMap((item) => sequenceItems(item, tag.GraphicObjectSequence))
  const regions = annotations.flatMap((item) => regionsOf(item, dataSet)).slice(0, mostRegions)
  const voi = sequenceItems(dataSet, tag.SoftcopyVOILUTSequence)
  const open = graphics.length > 0 && regions.length === 0
  return {
    regions,
    windows: voi.flatMap(windowOf),
    leftOut: [
      ...new Set(
        voi
          .flatMap((item) => displayCurve(item).remark ?? [])
          .map(() => 'its display curve is shown as the nearest straight window')
      ),
      ...(text(dataSet, tag.ShutterShape) === '' ? [] : ['its display shutter is not applied']),
      ...(open ? ['its graphics enclose no region'] : [])
    ]
  }
}

function regionsOf(annotation: DataSet, root: DataSet): DrawnRegion[] {
  const images = sequenceItems(annotation, tag.ReferencedImageSequence)
  const targets = images.length > 0 ? images : allImages(root)
  return sequenceItems(annotation, tag.GraphicObjectSequence).flatMap((graphic) => {
    if (text(graphic, tag.GraphicAnnotationUnits) !== 'PIXEL') return []
    const outline = outlineOf(text(graphic, tag.GraphicType), pairs(numbers(graphic, tag.GraphicData, 'FL')))
    if (outline === null) return []
    const title = text(annotation, tag.GraphicLayer) || 'graphics'
    return targets.flatMap((image) => framesOf(image).map((place) => ({ title, ...place, outline })))
  })
}

function allImages(root: DataSet): DataSet[] {
  return sequenceItems(root, tag.ReferencedSeriesSequence).flatMap((item) =>
    sequenceItems(item, tag.ReferencedImageSequence)
  )
}

/** Frames of one reference, from 0; the first when it names none. */
export function framesOf(image: DataSet): { sopInstanceUid: string; frame: number }[] {
  const sopInstanceUid = text(image, tag.ReferencedSOPInstanceUID)
  const named = numbers(image, tag.ReferencedFrameNumber, 'IS').filter((frame) => frame >= 1)
  return (named.length === 0 ? [1] : named).map((frame) => ({ sopInstanceUid, frame: frame - 1 }))
}

/** Its window, or the one that comes closest to its table. */
function windowOf(item: DataSet): PresentationWindow[] {
  const { window } = displayCurve(item)
  if (window === null) return []
  const images = sequenceItems(item, tag.ReferencedImageSequence)
  return [{ ...window, instances: images.map((image) => text(image, tag.ReferencedSOPInstanceUID)) }]
}

import type { DataSet } from 'dicom-parser'
import { localText } from '@engine/formats/dicom/charset'
import { number, numbers, sequenceItems, text } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'
import type { SliceSource } from '@engine/geometry/volume'

/** Where an object made from images belongs, and who made it. The words are for the screen: never logged. */
export interface DerivedFrom {
  readonly sopInstanceUid: string
  readonly studyUid: string
  readonly seriesUid: string
  readonly frameOfReferenceUid: string | null
  /** Series and instances it says it was made from; [] when it does not say. */
  readonly series: readonly string[]
  readonly instances: readonly string[]
  readonly seriesDescription: string
  readonly contentLabel: string
  readonly creator: string
}

/** References of the Common Instance Reference module, and of image references elsewhere in the file. Source: DICOM PS3.3 C.12.2. */
export function derivedFrom(dataSet: DataSet): DerivedFrom {
  const series = sequenceItems(dataSet, tag.ReferencedSeriesSequence)
  const instances = [
    ...series.flatMap((item) => sequenceItems(item, tag.ReferencedInstanceSequence)),
    ...sequenceItems(dataSet, tag.SourceImageSequence)
  ].map((item) => text(item, tag.ReferencedSOPInstanceUID))
  return {
    sopInstanceUid: text(dataSet, tag.SOPInstanceUID),
    studyUid: text(dataSet, tag.StudyInstanceUID),
    seriesUid: text(dataSet, tag.SeriesInstanceUID),
    frameOfReferenceUid: text(dataSet, tag.FrameOfReferenceUID) || null,
    series: filled(series.map((item) => text(item, tag.SeriesInstanceUID))),
    instances: filled(instances),
    seriesDescription: localText(dataSet, tag.SeriesDescription),
    contentLabel: localText(dataSet, tag.ContentLabel),
    creator: localText(dataSet, tag.ContentCreatorName).replaceAll('^', ' ').trim()
  }
}

/** Image frames a functional group says its frame was derived from. Source: DICOM PS3.3 C.7.6.16.2.6. */
export function sourceFrames(group: DataSet | undefined): SliceSource[] {
  if (group === undefined) return []
  return sequenceItems(group, tag.DerivationImageSequence)
    .flatMap((item) => sequenceItems(item, tag.SourceImageSequence))
    .flatMap((item) => {
      const sopInstanceUid = text(item, tag.ReferencedSOPInstanceUID)
      const frames = numbers(item, tag.ReferencedFrameNumber, 'IS').filter((frame) => frame >= 1)
      return (frames.length === 0 ? [1] : frames).map((frame) => ({ sopInstanceUid, frame: frame - 1 }))
    })
    .filter(({ sopInstanceUid }) => sopInstanceUid !== '')
}

/** The segment a frame belongs to by its functional group, or null. */
export function segmentOfGroup(group: DataSet | undefined): number | null {
  if (group === undefined) return null
  const item = sequenceItems(group, tag.SegmentIdentificationSequence)[0]
  return item === undefined ? null : (number(item, tag.ReferencedSegmentNumber, 'US') ?? null)
}

function filled(uids: readonly string[]): string[] {
  return [...new Set(uids)].filter((uid) => uid !== '')
}

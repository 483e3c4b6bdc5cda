import { packedBits, shareBytes } from '@engine/formats/dicom/seg/pack-bits'
import { segFrames, type FrameToWrite } from '@engine/formats/dicom/seg/seg-frames'
import { segmentItem, type SegmentOrigin } from '@engine/formats/dicom/seg/segment-item'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import { codes, type DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { derivedInstance, lossyHistory, type StatedInstance } from '@engine/formats/dicom/writing/derived-instance'
import { encodeDicom } from '@engine/formats/dicom/writing/encode'
import {
  dimensions,
  frameContent,
  pixelMeasures,
  planeOrientation,
  type Dimension
} from '@engine/formats/dicom/writing/functional-groups'
import { derivationImage, type SourceFrame } from '@engine/formats/dicom/writing/references'
import { sliceSources } from '@engine/formats/dicom/writing/slice-sources'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { codeString, dicomDate, dicomTime, shortText } from '@engine/formats/dicom/writing/text'
import { derivedUid, newUid } from '@engine/formats/dicom/writing/uid'
import { segmentsOverlap, type Segmentation } from '@engine/formats/segmentation/segmentation'
import type { Volume } from '@engine/geometry/volume'

export interface SegToWrite {
  /** On the grid of `image`. */
  readonly segmentation: Segmentation
  readonly image: Volume
  /** Headers of the image's files (`readSources`); [] for an image that is no DICOM. */
  readonly sources: readonly SourceInstance[]
  /** Binary, or shares as probability or occupancy in 255 steps. */
  readonly kind: 'BINARY' | 'PROBABILITY' | 'OCCUPANCY'
  readonly origin: SegmentOrigin
  readonly about: StatedInstance & {
    /** At most 16 capitals, digits and underscores. */
    readonly contentLabel: string
    readonly contentDescription: string
    /** Who drew it; '' for software. */
    readonly creator: string
  }
}

/**
 * A segmentation as a DICOM SEG: empty frames left out, every frame with its place and its source frame.
 * Source: DICOM PS3.3 A.51, C.8.20. Throws Fault `bad-parameter` for images of several patients.
 */
export async function encodeSeg(seg: SegToWrite): Promise<Uint8Array> {
  return encodeDicom(segDataset(seg), { vrs: { PixelData: 'OB' } })
}

/** The elements of the SEG. */
export function segDataset(given: SegToWrite): DicomDataset {
  const seg = { ...given, segmentation: renumbered(given.segmentation) }
  const { segmentation, image, sources, about } = seg
  const placed = isPlaced(image, sources)
  const frames = segFrames(segmentation, image, sliceSources(image, sources))
  // The side of the patient is for single-frame images (type 2C); frames of a SEG have none.
  const {
    Laterality: _side,
    FrameOfReferenceUID,
    PositionReferenceIndicator,
    ...common
  } = derivedInstance({
    ...about,
    sources,
    sopClassUid: sopClass.segmentation,
    modality: 'SEG'
  })
  const organisation = about.uidSeed === undefined ? newUid() : derivedUid(`dimensions ${about.uidSeed}`)
  return {
    ...common,
    ...(placed
      ? { FrameOfReferenceUID, PositionReferenceIndicator }
      : // Type 2C without a place in the patient: as the radiograph says it, or empty.
        { PatientOrientation: sources[0]?.patientOrientation ?? [] }),
    ...content(seg),
    ...pixels(seg, frames),
    SegmentationType: seg.kind === 'BINARY' ? 'BINARY' : 'FRACTIONAL',
    ...(seg.kind === 'BINARY' ? {} : { SegmentationFractionalType: seg.kind, MaximumFractionalValue: 255 }),
    SegmentsOverlap: segmentsOverlap(segmentation.segments) ? 'YES' : 'NO',
    SegmentSequence: segmentation.segments.map((words) => segmentItem(words, seg.origin, about.uidSeed)),
    ...dimensions(dimensionsOf(placed), organisation),
    SharedFunctionalGroupsSequence: [sharedGroups(image, placed)],
    PerFrameFunctionalGroupsSequence: frames.map((frame) => frameGroups(frame, placed))
  }
}

/** A SEG numbers its segments from 1 without a gap; the values of a labelmap need not. */
function renumbered(segmentation: Segmentation): Segmentation {
  return {
    ...segmentation,
    segments: segmentation.segments.map((segment, index) => ({ ...segment, number: index + 1 }))
  }
}

/** Radiographs have no place in the patient; an image that is no DICOM has one when its file says so. */
function isPlaced(image: Volume, sources: readonly SourceInstance[]): boolean {
  return image.oriented && sources.every((source) => source.frameOfReferenceUid !== null)
}

function content({ about, sources }: SegToWrite): DicomDataset {
  return {
    ImageType: ['DERIVED', 'PRIMARY'],
    ContentDate: dicomDate(about.created),
    ContentTime: dicomTime(about.created),
    ContentLabel: codeString(about.contentLabel) || 'SEGMENTATION',
    ContentDescription: shortText(about.contentDescription, 64),
    ContentCreatorName: shortText(about.creator, 64),
    ...lossyHistory(sources)
  }
}

function pixels({ segmentation, kind }: SegToWrite, frames: readonly FrameToWrite[]): DicomDataset {
  const planes = frames.map((frame) => frame.plane)
  const bits = kind === 'BINARY' ? 1 : 8
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: String(frames.length),
    Rows: segmentation.size[1],
    Columns: segmentation.size[0],
    BitsAllocated: bits,
    BitsStored: bits,
    HighBit: bits - 1,
    PixelRepresentation: 0,
    PixelData: bits === 1 ? packedBits(planes) : shareBytes(planes)
  }
}

function dimensionsOf(placed: boolean): Dimension[] {
  const segment: Dimension = {
    index: 'ReferencedSegmentNumber',
    group: 'SegmentIdentificationSequence',
    label: 'Segment Number'
  }
  const position: Dimension = placed
    ? { index: 'ImagePositionPatient', group: 'PlanePositionSequence', label: 'Image Position Patient' }
    : { index: 'InStackPositionNumber', group: 'FrameContentSequence', label: 'In-Stack Position Number' }
  return [segment, position]
}

/** Empty for pictures without a place in the patient: a spacing alone would need a made-up slice thickness, and gdcm dies of it. */
function sharedGroups(image: Volume, placed: boolean): DicomDataset {
  return placed ? { ...pixelMeasures(image.affine), ...planeOrientation(image.affine) } : {}
}

function frameGroups(frame: FrameToWrite, placed: boolean): DicomDataset {
  const sources: SourceFrame[] = frame.source === null ? [] : [frame.source]
  const index = [frame.segmentIndex, frame.positionIndex]
  const [contentItem] = frameContent(index).FrameContentSequence as readonly DicomDataset[]
  return {
    FrameContentSequence: [
      placed ? contentItem : { ...contentItem, StackID: '1', InStackPositionNumber: frame.slice + 1 }
    ],
    ...(placed ? { PlanePositionSequence: [{ ImagePositionPatient: frame.position }] } : {}),
    ...derivationImage(sources, codes.segmentation),
    SegmentIdentificationSequence: [{ ReferencedSegmentNumber: frame.segmentNumber }]
  }
}

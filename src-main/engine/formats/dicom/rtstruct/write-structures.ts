import { traceOutlines, type Outline } from '@engine/formats/dicom/rtstruct/trace-outlines'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { derivedInstance, type StatedInstance } from '@engine/formats/dicom/writing/derived-instance'
import { encodeDicom } from '@engine/formats/dicom/writing/encode'
import { frameReference, sopReference, type SourceFrame } from '@engine/formats/dicom/writing/references'
import { sliceSources } from '@engine/formats/dicom/writing/slice-sources'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { dicomDate, dicomTime, shortText } from '@engine/formats/dicom/writing/text'
import { segmentColour } from '@engine/formats/segmentation/segment-colour'
import type { Segment, Segmentation } from '@engine/formats/segmentation/segmentation'
import { Fault } from '@engine/fault'
import { applyAffine, spacingOf } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'

export interface StructuresToWrite {
  /** On the grid of `image`. Shares of fractional segments of a half and more are inside. */
  readonly segmentation: Segmentation
  readonly image: Volume
  /** Headers of the image's files (`readSources`); [] for an image that is no DICOM. */
  readonly sources: readonly SourceInstance[]
  readonly about: StatedInstance & {
    readonly label: string
    /** Who drew it; '' for software. */
    readonly creator: string
  }
}

/**
 * Segments as the closed outlines of an RT Structure Set, along the edges of voxels: filling them again gives the same voxels. Holes
 * are keyholes. Source: DICOM PS3.3 A.19, C.8.8.5, C.8.8.6, C.8.8.8.
 * Throws Fault `geometry-mismatch` for an image that does not lie in the patient.
 */
export async function encodeStructures(set: StructuresToWrite): Promise<Uint8Array> {
  const dataset = structuresDataset(set)
  // Explicit coding leaves 16 bits for the length of an outline; longer ones need implicit coding.
  return encodeDicom(dataset, { implicit: longestOutline(dataset) > 65_534 })
}

/** The elements of the structure set. */
export function structuresDataset({ segmentation, image, sources, about }: StructuresToWrite): DicomDataset {
  if (!image.oriented || sources.some((source) => source.frameOfReferenceUid === null)) {
    throw new Fault(
      'geometry-mismatch',
      'Outlines in millimetres need an image that says where it lies in the patient.',
      {
        hint: 'Export such masks as DICOM SEG, PNG or COCO.'
      }
    )
  }
  const common = commonModules(sources, about)
  const frames = sliceSources(image, sources)
  const drawing = { image, frames, digits: digitsFor(image.affine) }
  return {
    ...common,
    OperatorsName: shortText(about.creator, 64),
    StructureSetLabel: shortText(about.label, 16) || 'MASKS',
    StructureSetDate: dicomDate(about.created),
    StructureSetTime: dicomTime(about.created),
    ReferencedFrameOfReferenceSequence: [
      { FrameOfReferenceUID: common.FrameOfReferenceUID, ...studyReference(sources) }
    ],
    StructureSetROISequence: segmentation.segments.map((segment) => ({
      ROINumber: String(segment.number),
      ReferencedFrameOfReferenceUID: common.FrameOfReferenceUID,
      ROIName: shortText(segment.label, 64),
      ...(segment.description === '' ? {} : { ROIDescription: shortText(segment.description, 1024) }),
      ROIGenerationAlgorithm: segment.algorithm
    })),
    ROIContourSequence: segmentation.segments.map((segment) => contourItem(segment, drawing)),
    RTROIObservationsSequence: segmentation.segments.map(({ number }) => ({
      ObservationNumber: String(number),
      ReferencedROINumber: String(number),
      RTROIInterpretedType: '',
      ROIInterpreter: ''
    })),
    ApprovalStatus: 'UNAPPROVED'
  }
}

/** Without the side of single images, and without the Common Instance Reference: a structure set names its images in a tree of its own. */
function commonModules(sources: readonly SourceInstance[], about: StructuresToWrite['about']): DicomDataset {
  const {
    Laterality: _side,
    ReferencedSeriesSequence: _series,
    StudiesContainingOtherReferencedInstancesSequence: _studies,
    ...common
  } = derivedInstance({ ...about, sources, sopClassUid: sopClass.structureSet, modality: 'RTSTRUCT' })
  return common
}

/** The retired class by which structure sets name a study (PS3.4 A.1.2.3 of 2004); readers still look for it. */
const detachedStudyUid = '1.2.840.10008.3.1.2.3.1'

function studyReference(sources: readonly SourceInstance[]): DicomDataset {
  if (sources.length === 0) return {}
  const series = [...new Set(sources.map(({ seriesUid }) => seriesUid))]
  return {
    RTReferencedStudySequence: [
      {
        ReferencedSOPClassUID: detachedStudyUid,
        ReferencedSOPInstanceUID: sources[0].studyUid,
        RTReferencedSeriesSequence: series.map((uid) => ({
          SeriesInstanceUID: uid,
          ContourImageSequence: sources.filter(({ seriesUid }) => seriesUid === uid).map(sopReference)
        }))
      }
    ]
  }
}

interface Drawing {
  readonly image: Volume
  readonly frames: readonly (SourceFrame | null)[]
  /** Decimals of a millimetre. */
  readonly digits: number
}

function contourItem(segment: Segment, drawing: Drawing): DicomDataset {
  const { image, frames } = drawing
  const contours = [...segment.planes]
    .sort(([a], [b]) => a - b)
    .flatMap(([slice, plane]) =>
      traceOutlines(plane, [image.size[0], image.size[1]]).map((outline): DicomDataset => {
        const frame = frames[slice]
        return {
          ...(frame === null ? {} : { ContourImageSequence: [frameReference(frame)] }),
          ContourGeometricType: 'CLOSED_PLANAR',
          NumberOfContourPoints: String(outline.length),
          ContourData: pointsOf(outline, slice, drawing)
        }
      })
    )
  return {
    ReferencedROINumber: String(segment.number),
    ROIDisplayColor: segmentColour(segment).map(String),
    ...(contours.length === 0 ? {} : { ContourSequence: contours })
  }
}

/** A corner of pixels lies half a pixel before the centre of the pixel it begins. */
function pointsOf(outline: Outline, slice: number, { image, digits }: Drawing): string[] {
  return outline.flatMap(([x, y]) =>
    applyAffine(image.affine, [x - 0.5, y - 0.5, slice]).map((mm) => {
      const text = mm.toFixed(digits)
      return text.length <= 16 ? text : mm.toPrecision(9)
    })
  )
}

/** Decimals that place a corner to a ten-thousandth of the smallest voxel edge. */
function digitsFor(affine: Affine): number {
  return Math.min(10, Math.max(3, Math.ceil(4 - Math.log10(Math.min(...spacingOf(affine))))))
}

function longestOutline(dataset: DicomDataset): number {
  const regions = dataset.ROIContourSequence as readonly DicomDataset[]
  return regions
    .flatMap((region) => (region.ContourSequence ?? []) as readonly DicomDataset[])
    .reduce((longest, { ContourData }) => Math.max(longest, (ContourData as readonly string[]).join('\\').length), 0)
}

import { Fault } from '@engine/fault'
import { contributingEquipment, type MapOrigin } from '@engine/formats/dicom/derived-map/map-origin'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { derivedInstance, type DerivedInstance } from '@engine/formats/dicom/writing/derived-instance'
import { encodeDicom } from '@engine/formats/dicom/writing/encode'
import { frameReference, type SourceFrame } from '@engine/formats/dicom/writing/references'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { codeString, decimalString, dicomDate, dicomTime, shortText } from '@engine/formats/dicom/writing/text'
import type { Loop } from '@engine/geometry/outline-loops'

export interface PresentationToWrite {
  readonly sources: readonly SourceInstance[]
  /** Window of the display, on rescaled values. */
  readonly window: { readonly center: number; readonly width: number }
  readonly inverted: boolean
  /** Lines drawn on frames, in pixels: (0, 0) is the outer corner of the first pixel. */
  readonly drawings: readonly { readonly frame: SourceFrame; readonly loops: readonly Loop[] }[]
  /** Written beside every drawing. */
  readonly words: readonly string[]
  readonly origin: MapOrigin
  readonly about: Pick<
    DerivedInstance,
    'seriesDescription' | 'seriesNumber' | 'instanceNumber' | 'created' | 'uidSeed' | 'identity'
  >
}

/**
 * A Grayscale Softcopy Presentation State on the source images: their window, and lines and words of one layer.
 * Source: DICOM PS3.3 A.33.1. Throws Fault `unsupported-file` when the sources have no common modality transform or are no DICOM.
 */
export async function encodePresentation(presentation: PresentationToWrite): Promise<Uint8Array> {
  const { sources, origin, about, window } = presentation
  const [first] = sources
  if (first === undefined) throw unfit('The image is no DICOM file', 'Write PNG or NIfTI instead.')
  const {
    FrameOfReferenceUID: _frame,
    PositionReferenceIndicator: _position,
    ...common
  } = derivedInstance({
    ...about,
    version: origin.version,
    sources,
    sopClassUid: sopClass.greyscalePresentation,
    modality: 'PR'
  })
  return encodeDicom({
    ...common,
    ReferencedSeriesSequence: referencedSeries(sources),
    PresentationCreationDate: dicomDate(about.created),
    PresentationCreationTime: dicomTime(about.created),
    ContentLabel: codeString(origin.method) || 'ATTRIBUTION',
    ContentDescription: shortText(`${origin.title} for ${origin.target}`, 64),
    ContentCreatorName: '',
    DisplayedAreaSelectionSequence: [displayedArea(first)],
    ...rescale(sources),
    SoftcopyVOILUTSequence: [
      { WindowCenter: decimalString(window.center), WindowWidth: decimalString(Math.max(1, window.width)) }
    ],
    PresentationLUTShape: presentation.inverted ? 'INVERSE' : 'IDENTITY',
    GraphicLayerSequence: [{ GraphicLayer: layer, GraphicLayerOrder: '1', GraphicLayerDescription: 'Saliency map' }],
    GraphicAnnotationSequence: presentation.drawings.map((drawing) => annotation(drawing, presentation.words)),
    ...contributingEquipment(origin)
  })
}

const layer = 'SALIENCY'

function referencedSeries(sources: readonly SourceInstance[]): DicomDataset[] {
  const series = [...new Set(sources.map(({ seriesUid }) => seriesUid))]
  return series.map((uid) => ({
    SeriesInstanceUID: uid,
    ReferencedImageSequence: sources
      .filter(({ seriesUid }) => seriesUid === uid)
      .map((source) => ({ ReferencedSOPClassUID: source.sopClassUid, ReferencedSOPInstanceUID: source.sopInstanceUid }))
  }))
}

/** The whole image, as large as fits. Source: DICOM PS3.3 C.10.4. */
function displayedArea({ columns, rows, geometry }: SourceInstance): DicomDataset {
  const spacing = geometry[0]?.pixelSpacingMm ?? null
  return {
    DisplayedAreaTopLeftHandCorner: [1, 1],
    DisplayedAreaBottomRightHandCorner: [columns, rows],
    PresentationSizeMode: 'SCALE TO FIT',
    ...(spacing === null
      ? { PresentationPixelAspectRatio: ['1', '1'] }
      : { PresentationPixelSpacing: spacing.map(decimalString) })
  }
}

/** A presentation state must repeat the modality transform: without it a viewer applies none. Source: DICOM PS3.3 C.11.1. */
function rescale(sources: readonly SourceInstance[]): DicomDataset {
  const [{ rescale: first }] = sources
  const same = sources.every(
    ({ rescale: other }) =>
      first !== null && other !== null && other.slope === first.slope && other.intercept === first.intercept
  )
  if (first === null || !same) {
    throw unfit(
      'The slices of the image are rescaled each in its own way, which one presentation state cannot say',
      'Write a secondary capture instead.'
    )
  }
  return {
    RescaleIntercept: decimalString(first.intercept),
    RescaleSlope: decimalString(first.slope),
    RescaleType: first.type
  }
}

/** Points of one line that fit an element of 64 kB. */
const mostPoints = 8000
/** Lines on one frame: a speckled map has thousands of tiny ones, which no viewer draws well; the longest stay. */
const mostLines = 100

function annotation({ frame, loops }: PresentationToWrite['drawings'][number], words: readonly string[]): DicomDataset {
  const lines = loops
    .filter((loop) => loop.length > 2 && loop.length < mostPoints)
    .sort((first, second) => second.length - first.length)
    .slice(0, mostLines)
  return {
    ReferencedImageSequence: [frameReference(frame)],
    GraphicLayer: layer,
    TextObjectSequence: [
      {
        BoundingBoxAnnotationUnits: 'DISPLAY',
        UnformattedTextValue: shortTextLines(words),
        BoundingBoxTopLeftHandCorner: [0.02, 0.9],
        BoundingBoxBottomRightHandCorner: [0.98, 0.99],
        BoundingBoxTextHorizontalJustification: 'LEFT'
      }
    ],
    ...(lines.length === 0 ? {} : { GraphicObjectSequence: lines.map(polyline) })
  }
}

const shortTextLines = (words: readonly string[]): string => words.map((word) => shortText(word, 200)).join('\r\n')

function polyline(loop: Loop): DicomDataset {
  const closed = [...loop, loop[0]]
  return {
    GraphicAnnotationUnits: 'PIXEL',
    GraphicDimensions: 2,
    NumberOfGraphicPoints: closed.length,
    GraphicData: closed.flat(),
    GraphicType: 'POLYLINE',
    GraphicFilled: 'N'
  }
}

function unfit(what: string, hint: string): Fault {
  return new Fault('unsupported-file', `${what}.`, { hint })
}

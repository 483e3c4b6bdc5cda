import { Fault } from '@engine/fault'
import { contributingEquipment, type MapOrigin, originWords } from '@engine/formats/dicom/derived-map/map-origin'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { derivedInstance, type DerivedInstance, lossyHistory } from '@engine/formats/dicom/writing/derived-instance'
import { encodeDicom } from '@engine/formats/dicom/writing/encode'
import { type SourceFrame, sourceImages } from '@engine/formats/dicom/writing/references'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { dicomDate, dicomTime, shortText } from '@engine/formats/dicom/writing/text'

/** Pictures of equal size, red, green and blue side by side. */
export interface CapturePictures {
  readonly width: number
  readonly height: number
  readonly count: number
  /** Bytes of picture `index`. */
  readonly rgb: (index: number) => Uint8Array
}

export interface CaptureToWrite {
  readonly pictures: CapturePictures
  readonly sources: readonly SourceInstance[]
  /** Source frames that the pictures show. */
  readonly frames: readonly SourceFrame[]
  /** Whether the source pixels may identify somebody; null: unknown. */
  readonly burnedIn: 'YES' | 'NO'
  readonly origin: MapOrigin
  readonly about: Pick<
    DerivedInstance,
    'seriesDescription' | 'seriesNumber' | 'instanceNumber' | 'created' | 'uidSeed' | 'identity' | 'pseudonym'
  >
}

/** All frames together; larger ones no archive takes gladly. */
const mostBytes = 2 ** 30

/**
 * Pictures as a secondary capture: one as Secondary Capture, several as Multi-frame True Color Secondary Capture.
 * Source: DICOM PS3.3 A.8.1, A.8.5. Throws Fault `too-large`, `bad-parameter`.
 */
export async function encodeCapture(capture: CaptureToWrite): Promise<Uint8Array> {
  const { pictures, about, origin, sources, frames } = capture
  const multi = pictures.count > 1
  const common = derivedInstance({
    ...about,
    version: origin.version,
    sources,
    sopClassUid: multi ? sopClass.multiframeColourCapture : sopClass.secondaryCapture,
    modality: 'OT'
  })
  // A picture lies in no frame of reference: its pixels are of paper, not of the patient.
  const { FrameOfReferenceUID: _frame, PositionReferenceIndicator: _position, ...unplaced } = common
  return encodeDicom(
    {
      ...unplaced,
      ConversionType: 'WSD',
      ImageType: ['DERIVED', 'SECONDARY'],
      ContentDate: dicomDate(about.created),
      ContentTime: dicomTime(about.created),
      PatientOrientation: [],
      DerivationDescription: shortText(originWords(origin), 1024),
      ImageComments: shortText(`${origin.title} for ${origin.target}. Research use. Not for diagnosis.`, 10240),
      BurnedInAnnotation: capture.burnedIn,
      ...(frames.length === 0 ? {} : sourceImages(frames)),
      ...lossyHistory(sources),
      ...contributingEquipment(origin),
      ...(multi ? multiframe(pictures.count) : {}),
      ...pixels(pictures)
    },
    { vrs: { PixelData: 'OB' } }
  )
}

/** Multi-frame module and SC Multi-frame Vector: pages of a stack. Source: DICOM PS3.3 C.7.6.6, C.8.6.4. */
function multiframe(count: number): DicomDataset {
  const pageNumberVector = 0x00182001
  return {
    NumberOfFrames: String(count),
    FrameIncrementPointer: pageNumberVector,
    PageNumberVector: Array.from({ length: count }, (_, page) => String(page + 1))
  }
}

function pixels({ width, height, count, rgb }: CapturePictures): DicomDataset {
  const each = width * height * 3
  if (each * count > mostBytes) {
    throw new Fault(
      'too-large',
      `${count} pictures of ${width} × ${height} would take ${Math.round((each * count) / 2 ** 20)} MiB.`,
      {
        hint: 'Write the map as a parametric map, which holds it in a fraction of that.'
      }
    )
  }
  const whole = new Uint8Array(each * count)
  for (let index = 0; index < count; index++) whole.set(rgb(index), index * each)
  return {
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
    Rows: height,
    Columns: width,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: whole.buffer
  }
}

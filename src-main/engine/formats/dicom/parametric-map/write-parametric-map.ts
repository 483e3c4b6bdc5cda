import {
  attributionDerivation,
  contributingEquipment,
  type MapOrigin,
  noUnits,
  originWords,
  quantityOf
} from '@engine/formats/dicom/derived-map/map-origin'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import { codeItem, type DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { derivedInstance, type DerivedInstance, lossyHistory } from '@engine/formats/dicom/writing/derived-instance'
import { encodeDicom } from '@engine/formats/dicom/writing/encode'
import {
  dimensions,
  pixelMeasures,
  planeOrientation,
  planePosition
} from '@engine/formats/dicom/writing/functional-groups'
import { derivationImage, type SourceFrame } from '@engine/formats/dicom/writing/references'
import { sliceSources } from '@engine/formats/dicom/writing/slice-sources'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { codeString, decimalString, dicomDate, dicomTime, shortText } from '@engine/formats/dicom/writing/text'
import { derivedUid, newUid } from '@engine/formats/dicom/writing/uid'
import type { Volume } from '@engine/geometry/volume'

export interface ParametricMapToWrite {
  /** One finite value per voxel of `image`, i fastest. */
  readonly values: Float32Array
  readonly image: Volume
  /** Headers of the image's files (`readSources`); [] for an image that is no DICOM. */
  readonly sources: readonly SourceInstance[]
  readonly origin: MapOrigin
  readonly about: Pick<
    DerivedInstance,
    'seriesDescription' | 'seriesNumber' | 'instanceNumber' | 'created' | 'uidSeed' | 'identity' | 'pseudonym'
  >
}

/**
 * A map as a DICOM Parametric Map: 32-bit float pixels, the identity as real-world value mapping without units, the coded quantity,
 * every frame with its place and its source frame. Source: DICOM PS3.3 A.75, C.8.32. Throws Fault `bad-parameter`.
 */
export async function encodeParametricMap(map: ParametricMapToWrite): Promise<Uint8Array> {
  return encodeDicom(parametricMapDataset(map), { vrs: { FloatPixelData: 'OF' } })
}

/**
 * The elements of the parametric map. The object must lie in a frame of reference: an image that has none (radiographs, pictures)
 * gets one of its own, in pixels turned to millimetres, that nothing else shares; its source image says where it belongs.
 */
export function parametricMapDataset(map: ParametricMapToWrite): DicomDataset {
  const { image, sources, origin, about } = map
  const placed = image.oriented && sources.every((source) => source.frameOfReferenceUid !== null)
  const common = derivedInstance({
    ...about,
    version: origin.version,
    sources,
    sopClassUid: sopClass.parametricMap,
    modality: 'OT'
  })
  const uid = (what: string): string =>
    about.uidSeed === undefined ? newUid() : derivedUid(`${what} ${about.uidSeed}`)
  return {
    ...common,
    ...(placed ? {} : { FrameOfReferenceUID: uid('frame of reference'), PositionReferenceIndicator: '' }),
    ...content(map),
    ...pixels(map),
    ...contributingEquipment(origin),
    ...dimensions([byPosition], uid('dimensions')),
    SharedFunctionalGroupsSequence: [sharedGroups(map)],
    PerFrameFunctionalGroupsSequence: sliceSources(image, sources).map((source, slice) =>
      frameGroups(image, source, slice)
    )
  }
}

const byPosition = {
  index: 'ImagePositionPatient',
  group: 'PlanePositionSequence',
  label: 'Image Position Patient'
} as const

function imageType({ image }: ParametricMapToWrite): string[] {
  return ['DERIVED', 'PRIMARY', image.size[2] > 1 ? 'VOLUME' : 'STATIC', 'QUANTITY']
}

function content(map: ParametricMapToWrite): DicomDataset {
  const { about, origin, sources } = map
  return {
    ImageType: imageType(map),
    ContentDate: dicomDate(about.created),
    ContentTime: dicomTime(about.created),
    ContentLabel: codeString(origin.method) || 'ATTRIBUTION',
    ContentDescription: shortText(`${origin.title} for ${origin.target}`, 64),
    ContentCreatorName: '',
    ContentQualification: 'RESEARCH',
    AcquisitionContextSequence: [],
    BurnedInAnnotation: 'NO',
    RecognizableVisualFeatures: 'NO',
    PresentationLUTShape: 'IDENTITY',
    ...lossyHistory(sources)
  }
}

function pixels({ values, image }: ParametricMapToWrite): DicomDataset {
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: String(image.size[2]),
    Rows: image.size[1],
    Columns: image.size[0],
    BitsAllocated: 32,
    FloatPixelData: exactBuffer(values)
  }
}

/** The values' own memory where nothing else lies in it. */
function exactBuffer(values: Float32Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = values
  const own = byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer
  return own ? (buffer as ArrayBuffer) : (values.slice().buffer as ArrayBuffer)
}

function sharedGroups(map: ParametricMapToWrite): DicomDataset {
  const { image } = map
  return {
    ...pixelMeasures(image.affine),
    ...planeOrientation(image.affine),
    ParametricMapFrameTypeSequence: [{ FrameType: imageType(map) }],
    PixelValueTransformationSequence: [{ RescaleIntercept: '0', RescaleSlope: '1', RescaleType: 'US' }],
    FrameVOILUTSequence: [windowOf(map.values)],
    RealWorldValueMappingSequence: [realWorldMapping(map)]
  }
}

/** The range of the values as window, so that a viewer shows something without being asked. */
function windowOf(values: Float32Array): DicomDataset {
  const { low, high } = rangeOf(values)
  const width = high > low ? high - low : 1
  return {
    WindowCenter: decimalString(low + width / 2),
    WindowWidth: decimalString(width),
    VOILUTFunction: 'LINEAR_EXACT'
  }
}

/** Stored values are the real-world values. Source: DICOM PS3.3 C.7.6.16.2.11. */
function realWorldMapping({ values, origin }: ParametricMapToWrite): DicomDataset {
  const { low, high } = rangeOf(values)
  return {
    LUTExplanation: shortText(originWords(origin), 64),
    LUTLabel: shortText(quantityOf(origin.method).meaning, 16),
    DoubleFloatRealWorldValueFirstValueMapped: low,
    DoubleFloatRealWorldValueLastValueMapped: high,
    RealWorldValueIntercept: 0,
    RealWorldValueSlope: 1,
    MeasurementUnitsCodeSequence: [codeItem(noUnits)],
    QuantityDefinitionSequence: [
      {
        ValueType: 'CODE',
        ConceptNameCodeSequence: [codeItem({ value: '246205007', scheme: 'SCT', meaning: 'Quantity' })],
        ConceptCodeSequence: [codeItem(quantityOf(origin.method))]
      },
      {
        ValueType: 'TEXT',
        ConceptNameCodeSequence: [codeItem({ value: '111001', scheme: 'DCM', meaning: 'Algorithm Name' })],
        TextValue: shortText(`Saliscope ${origin.version}: ${origin.method}`, 1024)
      },
      {
        ValueType: 'TEXT',
        ConceptNameCodeSequence: [codeItem({ value: '111002', scheme: 'DCM', meaning: 'Algorithm Parameters' })],
        TextValue: shortText(originWords(origin), 1024)
      }
    ]
  }
}

function rangeOf(values: Float32Array): { low: number; high: number } {
  let low = Infinity
  let high = -Infinity
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (value < low) low = value
    if (value > high) high = value
  }
  // A map without a number has no range.
  return low <= high ? { low, high } : { low: 0, high: 0 }
}

function frameGroups(image: Volume, source: SourceFrame | null, slice: number): DicomDataset {
  return {
    FrameContentSequence: [{ DimensionIndexValues: [slice + 1] }],
    ...planePosition(image.affine, slice),
    ...derivationImage(source === null ? [] : [source], attributionDerivation)
  }
}

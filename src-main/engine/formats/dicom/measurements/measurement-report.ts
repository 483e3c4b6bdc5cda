import type { Code, DicomDataset } from '@engine/formats/dicom/writing/dataset'
import {
  codeItemOf,
  container,
  imageItem,
  type MeasuredValue,
  numberItem,
  type ReportReference,
  textItem,
  uidItem
} from './content-item'

const dcm = (value: string, meaning: string): Code => ({ value, scheme: 'DCM', meaning })
const sct = (value: string, meaning: string): Code => ({ value, scheme: 'SCT', meaning })

const names = {
  report: dcm('126000', 'Imaging Measurement Report'),
  language: dcm('121049', 'Language of Content Item and Descendants'),
  observerType: dcm('121005', 'Observer Type'),
  deviceUid: dcm('121012', 'Device Observer UID'),
  deviceName: dcm('121013', 'Device Observer Name'),
  deviceMaker: dcm('121014', 'Device Observer Manufacturer'),
  deviceModel: dcm('121015', 'Device Observer Model Name'),
  procedure: dcm('121058', 'Procedure reported'),
  library: dcm('111028', 'Image Library'),
  libraryGroup: dcm('126200', 'Image Library Group'),
  measurements: dcm('126010', 'Imaging Measurements'),
  group: dcm('125007', 'Measurement Group'),
  trackingId: dcm('112039', 'Tracking Identifier'),
  trackingUid: dcm('112040', 'Tracking Unique Identifier'),
  category: dcm('121071', 'Finding'),
  algorithmName: dcm('111001', 'Algorithm Name'),
  algorithmVersion: dcm('111003', 'Algorithm Version'),
  algorithmParameters: dcm('111002', 'Algorithm Parameters'),
  sourceOfMeasurement: dcm('121112', 'Source of Measurement'),
  referencedSegment: dcm('121191', 'Referenced Segment'),
  sourceForSegmentation: dcm('121233', 'Source image for segmentation'),
  comment: dcm('121106', 'Comment')
} as const

const english: Code = { value: 'en-GB', scheme: 'RFC5646', meaning: 'English (United Kingdom)' }

/** One figure of a group. */
export interface ReportFigure extends MeasuredValue {
  readonly name: Code
  /** How it was made: CID 7464 (mean, minimum…), or null. */
  readonly derivation: Code | null
  /** Why there is no value, or what to know of it; '' for nothing. */
  readonly note: string
}

/** Figures about one thing: a map, a region, a prediction. */
export interface ReportGroup {
  /** What people call it; also its tracking identifier. */
  readonly title: string
  readonly trackingUid: string
  readonly finding: Code | null
  readonly algorithm: { readonly name: string; readonly version: string; readonly parameters: string }
  readonly figures: readonly ReportFigure[]
  /** The segment that was measured; null for figures of whole images and maps. */
  readonly segment: (ReportReference & { readonly segment: number }) | null
  /** Images (and maps) that were measured. */
  readonly images: readonly ReportReference[]
  /** Sentences of the whole group. */
  readonly notes: readonly string[]
}

export interface MeasurementReport {
  readonly deviceUid: string
  readonly version: string
  /** Every image in question. */
  readonly images: readonly ReportReference[]
  readonly groups: readonly ReportGroup[]
}

/**
 * The content tree of TID 1500 Measurement Report: language (TID 1204), device observer (TID 1004), image library (TID 1600), and
 * a group for each thing measured (TID 1411 with a segment, else TID 1501), with the algorithm (TID 4019). Source: DICOM PS3.16.
 */
export function measurementReportContent(report: MeasurementReport): DicomDataset {
  return container(null, names.report, {
    template: '1500',
    items: [
      codeItemOf('HAS CONCEPT MOD', names.language, english),
      ...deviceObserver(report),
      codeItemOf('HAS CONCEPT MOD', names.procedure, sct('363679005', 'Imaging procedure')),
      container('CONTAINS', names.library, {
        items: [
          container('CONTAINS', names.libraryGroup, {
            items: report.images.map((image) => imageItem('CONTAINS', null, image))
          })
        ]
      }),
      container('CONTAINS', names.measurements, { items: report.groups.map((group) => groupItem(group)) })
    ]
  })
}

function deviceObserver({ deviceUid, version }: MeasurementReport): DicomDataset[] {
  return [
    codeItemOf('HAS OBS CONTEXT', names.observerType, dcm('121007', 'Device')),
    uidItem('HAS OBS CONTEXT', names.deviceUid, deviceUid),
    textItem('HAS OBS CONTEXT', names.deviceName, `Saliscope ${version}`),
    textItem('HAS OBS CONTEXT', names.deviceMaker, 'Saliscope'),
    textItem('HAS OBS CONTEXT', names.deviceModel, 'Saliscope')
  ]
}

function groupItem(group: ReportGroup): DicomDataset {
  const { algorithm, segment } = group
  return container('CONTAINS', names.group, {
    template: segment === null ? '1501' : '1411',
    items: [
      textItem('HAS OBS CONTEXT', names.trackingId, group.title),
      uidItem('HAS OBS CONTEXT', names.trackingUid, group.trackingUid),
      ...(group.finding === null ? [] : [codeItemOf('CONTAINS', names.category, group.finding)]),
      ...(segment === null ? [] : [imageItem('CONTAINS', names.referencedSegment, segment)]),
      textItem('HAS CONCEPT MOD', names.algorithmName, algorithm.name),
      textItem('HAS CONCEPT MOD', names.algorithmVersion, algorithm.version),
      ...(algorithm.parameters === ''
        ? []
        : [textItem('HAS CONCEPT MOD', names.algorithmParameters, algorithm.parameters)]),
      ...group.figures.map(figureItem),
      ...group.images.map((image) =>
        imageItem('CONTAINS', segment === null ? names.sourceOfMeasurement : names.sourceForSegmentation, image)
      ),
      ...group.notes.map((note) => textItem('CONTAINS', names.comment, note))
    ]
  })
}

function figureItem(figure: ReportFigure): DicomDataset {
  const { name, derivation, note } = figure
  return numberItem('CONTAINS', name, figure, [
    ...(derivation === null ? [] : [codeItemOf('HAS CONCEPT MOD', dcm('121401', 'Derivation'), derivation)]),
    ...(note === '' ? [] : [textItem('HAS OBS CONTEXT', names.comment, note)])
  ])
}

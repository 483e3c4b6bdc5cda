import type { DataSet } from 'dicom-parser'
import { localText } from '@engine/formats/dicom/charset'
import { number, sequenceItems, text } from '@engine/formats/dicom/elements'
import { readFileMeta } from '@engine/formats/dicom/file-meta'
import { dicomLayout } from '@engine/formats/dicom/layout'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import { tag } from '@engine/formats/dicom/tags'
import type { DrawnRegion, PlacedRegion } from './drawn-region'
import { type PresentationWindow, readPresentation } from './read-presentation'
import { readReport, type ReportNumber } from './read-report'

/** DICOM objects that say something about images, in words of the field. */
export type ObjectRole = 'SEG' | 'RTSTRUCT' | 'Parametric Map' | 'SR' | 'presentation state'

/** One segment or structure of an object. */
export interface ObjectPart {
  readonly number: number
  readonly label: string
  /** A saliency map turned to a segment: no reference. */
  readonly saliency: boolean
  /** Drawn by a program alone. */
  readonly automatic: boolean
}

/** What an object says of itself and of the images it is about. Plain values; the words are for the screen. */
export interface DicomObject {
  readonly path: string
  /** Base name, for messages. */
  readonly name: string
  readonly role: ObjectRole
  readonly sopInstanceUid: string
  readonly studyUid: string
  readonly frameOfReferenceUid: string | null
  /** Instances and series it refers to, at any depth. */
  readonly instances: readonly string[]
  readonly series: readonly string[]
  readonly title: string
  /** Made by Saliscope: what it draws comes from a map, not from a reader. */
  readonly ownWork: boolean
  /** Segments of SEG, structures of RTSTRUCT; [] for the others. */
  readonly parts: readonly ObjectPart[]
  /** Regions of reports and presentation states. */
  readonly regions: readonly DrawnRegion[]
  readonly placed: readonly PlacedRegion[]
  readonly windows: readonly PresentationWindow[]
  readonly numbers: readonly ReportNumber[]
  /** What it says that is not shown here: one sentence each. */
  readonly leftOut: readonly string[]
}

const roles: Readonly<Record<string, ObjectRole>> = {
  [sopClass.segmentation]: 'SEG',
  [sopClass.labelMapSegmentation]: 'SEG',
  [sopClass.structureSet]: 'RTSTRUCT',
  [sopClass.parametricMap]: 'Parametric Map'
}

/** The role of a SOP class; null for images and everything else. Structured reports are 88.x, presentation states 11.x. */
export function objectRole(sopClassUid: string): ObjectRole | null {
  if (/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\.\d+$/.test(sopClassUid)) return 'SR'
  if (/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.11\.\d+$/.test(sopClassUid)) return 'presentation state'
  return (roles[sopClassUid] as ObjectRole | undefined) ?? null
}

/** The role that the header of a file states by its SOP class; null for images, and for files without header. */
export function statedRole(head: Uint8Array): ObjectRole | null {
  const layout = dicomLayout(head)
  return layout === null || !layout.hasMeta ? null : objectRole(readFileMeta(head, layout.start).sopClassUid)
}

/** What a parsed object refers to; null when it is none. */
export function dicomObject(dataSet: DataSet, file: { path: string; name: string }): DicomObject | null {
  const role = objectRole(text(dataSet, tag.SOPClassUID))
  if (role === null) return null
  const own = new Set([text(dataSet, tag.SOPInstanceUID)])
  const instances = new Set<string>()
  const series = new Set<string>()
  for (const item of itemsWithin(dataSet)) {
    const instance = text(item, tag.ReferencedSOPInstanceUID)
    if (instance !== '' && !own.has(instance)) instances.add(instance)
    const uid = text(item, tag.SeriesInstanceUID)
    if (uid !== '') series.add(uid)
  }
  return {
    ...file,
    role,
    sopInstanceUid: text(dataSet, tag.SOPInstanceUID),
    studyUid: text(dataSet, tag.StudyInstanceUID),
    frameOfReferenceUid: text(dataSet, tag.FrameOfReferenceUID) || null,
    instances: [...instances],
    series: [...series],
    title: localText(dataSet, tag.SeriesDescription) || localText(dataSet, tag.ContentLabel) || role,
    ownWork: text(dataSet, tag.Manufacturer) === 'Saliscope',
    parts: partsOf(dataSet, role),
    ...drawingsOf(dataSet, role)
  }
}

type Drawings = Pick<DicomObject, 'regions' | 'placed' | 'windows' | 'numbers' | 'leftOut'>

function drawingsOf(dataSet: DataSet, role: ObjectRole): Drawings {
  const nothing: Drawings = { regions: [], placed: [], windows: [], numbers: [], leftOut: [] }
  if (role === 'SR') return { ...nothing, ...readReport(dataSet) }
  return role === 'presentation state' ? { ...nothing, ...readPresentation(dataSet) } : nothing
}

/** Every item of every sequence below a data set. */
function* itemsWithin(dataSet: DataSet): Generator<DataSet> {
  for (const element of Object.values(dataSet.elements)) {
    for (const { dataSet: inner } of element.items ?? []) {
      if (inner === undefined) continue
      yield inner
      yield* itemsWithin(inner)
    }
  }
}

function partsOf(dataSet: DataSet, role: ObjectRole): ObjectPart[] {
  if (role === 'SEG') {
    return sequenceItems(dataSet, tag.SegmentSequence).map((item, index) => ({
      number: number(item, tag.SegmentNumber, 'US') ?? index + 1,
      label: localText(item, tag.SegmentLabel, dataSet) || `Segment ${index + 1}`,
      saliency: saliencyTypes.has(text(typeOf(item), tag.CodeValue)),
      automatic: text(item, tag.SegmentAlgorithmType) === 'AUTOMATIC'
    }))
  }
  if (role !== 'RTSTRUCT') return []
  return sequenceItems(dataSet, tag.StructureSetROISequence).map((item, index) => ({
    number: number(item, tag.ROINumber, 'IS') ?? index + 1,
    label: localText(item, tag.ROIName, dataSet) || `Region ${index + 1}`,
    saliency: false,
    automatic: false
  }))
}

function typeOf(segment: DataSet): DataSet {
  return sequenceItems(segment, tag.SegmentedPropertyTypeCodeSequence)[0] ?? segment
}

/** Saliency, class activation, gradient-weighted class activation (DCM). */
const saliencyTypes: ReadonlySet<string> = new Set(['130402', '130403', '130404'])

import type { DataSet } from 'dicom-parser'
import { localText } from '@engine/formats/dicom/charset'
import { number, numbers, sequenceItems, text } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'
import { type DrawnRegion, mostRegions, outlineOf, pairs, type PlacedRegion } from './drawn-region'
import { framesOf } from './read-presentation'

/** A measured number of a report. */
export interface ReportNumber {
  readonly group: string
  readonly name: string
  /** null where the report says there is none. */
  readonly value: number | null
  readonly unit: string
}

export interface StructuredReport {
  readonly regions: readonly DrawnRegion[]
  readonly placed: readonly PlacedRegion[]
  readonly numbers: readonly ReportNumber[]
}

/** Regions and numbers of a structured report, whatever its template. Source: DICOM PS3.3 C.17.3, C.18.6, C.18.9. Never throws. */
export function readReport(dataSet: DataSet): StructuredReport {
  const found = { regions: [] as DrawnRegion[], placed: [] as PlacedRegion[], numbers: [] as ReportNumber[] }
  visit(dataSet, { root: dataSet, group: conceptName(dataSet, dataSet), found })
  return { ...found, regions: found.regions.slice(0, mostRegions), placed: found.placed.slice(0, mostRegions) }
}

interface Visit {
  readonly root: DataSet
  /** What the items around belong to: tracking identifier, else the heading. */
  readonly group: string
  readonly found: { regions: DrawnRegion[]; placed: PlacedRegion[]; numbers: ReportNumber[] }
}

function visit(item: DataSet, { root, group, found }: Visit): void {
  const children = sequenceItems(item, tag.ContentSequence)
  const tracked = children.find((child) => codeOf(child, tag.ConceptNameCodeSequence) === trackingIdentifier)
  const title = tracked === undefined ? headingOf(item, root, group) : localText(tracked, tag.TextValue, root)
  const type = text(item, tag.ValueType)
  if (type === 'SCOORD') found.regions.push(...drawn(item, children, title))
  if (type === 'SCOORD3D') found.placed.push(...placed(item, title))
  if (type === 'NUM') found.numbers.push(measured(item, root, group))
  for (const child of children) visit(child, { root, group: title, found })
}

/** DCM 112039. */
const trackingIdentifier = '112039'

function headingOf(item: DataSet, root: DataSet, group: string): string {
  return text(item, tag.ValueType) === 'CONTAINER' ? conceptName(item, root) || group : group
}

/** The images of a coordinate hang below it as "selected from". */
function drawn(item: DataSet, children: readonly DataSet[], title: string): DrawnRegion[] {
  const outline = outlineOf(text(item, tag.GraphicType), pairs(numbers(item, tag.GraphicData, 'FL')))
  if (outline === null) return []
  const images = children
    .filter((child) => text(child, tag.ValueType) === 'IMAGE')
    .flatMap((child) => sequenceItems(child, tag.ReferencedSOPSequence))
  return images.flatMap((image) => framesOf(image).map((place) => ({ title, ...place, outline })))
}

function placed(item: DataSet, title: string): PlacedRegion[] {
  const type = text(item, tag.GraphicType)
  const values = numbers(item, tag.GraphicData, 'FL')
  const points = Array.from({ length: Math.floor(values.length / 3) }, (_, index): [number, number, number] => [
    values[3 * index],
    values[3 * index + 1],
    values[3 * index + 2]
  ])
  if ((type !== 'POLYGON' && type !== 'POLYLINE') || points.length < 3 || !points.flat().every(Number.isFinite))
    return []
  const frameOfReferenceUid = text(item, tag.ReferencedFrameOfReferenceUID) || null
  return [{ title, frameOfReferenceUid, points }]
}

function measured(item: DataSet, root: DataSet, group: string): ReportNumber {
  const value = sequenceItems(item, tag.MeasuredValueSequence)[0] as DataSet | undefined
  const found = value === undefined ? undefined : number(value, tag.NumericValue, 'DS')
  const unit = value === undefined ? undefined : sequenceItems(value, tag.MeasurementUnitsCodeSequence)[0]
  return {
    group,
    name: conceptName(item, root),
    value: found === undefined || !Number.isFinite(found) ? null : found,
    unit: unit === undefined ? '' : text(unit, tag.CodeValue)
  }
}

function conceptName(item: DataSet, root: DataSet): string {
  const name = sequenceItems(item, tag.ConceptNameCodeSequence)[0] as DataSet | undefined
  return name === undefined ? '' : localText(name, tag.CodeMeaning, root)
}

function codeOf(item: DataSet, sequence: string): string {
  const concept = sequenceItems(item, sequence)[0] as DataSet | undefined
  return concept === undefined ? '' : text(concept, tag.CodeValue)
}

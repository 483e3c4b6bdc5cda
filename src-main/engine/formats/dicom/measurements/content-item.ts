import { createHash } from 'node:crypto'
import { type Code, codeItem, type DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { decimalString, shortText } from '@engine/formats/dicom/writing/text'

/** How a content item hangs on the one above. Source: DICOM PS3.3 C.17.3.2.4. */
export type Relationship = 'CONTAINS' | 'HAS CONCEPT MOD' | 'HAS OBS CONTEXT' | 'HAS PROPERTIES' | 'INFERRED FROM'

/** An instance that a report refers to, with a segment or frame of it. */
export interface ReportReference {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly segment?: number
  /** From 1. */
  readonly frame?: number
}

/** A measured value; null: there is none. */
export interface MeasuredValue {
  readonly value: number | null
  readonly unit: Code
}

/** Characters of a code value; the long form of longer ones is lost on some readers. */
const longestCode = 16

/** A code of our own scheme for a name of any length: itself when it fits, else its beginning and a hash of the whole. */
export function ownCode(name: string, meaning: string): Code {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 6)
  const value = name.length <= longestCode ? name : `${name.slice(0, longestCode - 7)}-${hash}`
  return { value, scheme: '99SALISCOPE', meaning }
}

function concept(code: Code): DicomDataset {
  return codeItem({ ...code, meaning: shortText(code.meaning, 64) })
}

function item(relationship: Relationship | null, type: string, name: Code): DicomDataset {
  return {
    ...(relationship === null ? {} : { RelationshipType: relationship }),
    ValueType: type,
    ConceptNameCodeSequence: [concept(name)]
  }
}

/** A heading with what stands under it. */
export function container(
  relationship: Relationship | null,
  name: Code,
  { items, template }: { items: readonly DicomDataset[]; template?: string }
): DicomDataset {
  return {
    ...item(relationship, 'CONTAINER', name),
    ContinuityOfContent: 'SEPARATE',
    ...(template === undefined
      ? {}
      : { ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: template }] }),
    ...(items.length === 0 ? {} : { ContentSequence: items })
  }
}

export function textItem(relationship: Relationship, name: Code, text: string): DicomDataset {
  return { ...item(relationship, 'TEXT', name), TextValue: shortText(text, 10240) || '-' }
}

export function codeItemOf(relationship: Relationship, name: Code, value: Code): DicomDataset {
  return { ...item(relationship, 'CODE', name), ConceptCodeSequence: [concept(value)] }
}

export function uidItem(relationship: Relationship, name: Code, uid: string): DicomDataset {
  return { ...item(relationship, 'UIDREF', name), UID: uid }
}

/** CID 42: no number can be given. Source: DICOM PS3.16. */
const measurementFailure: Code = { value: '114006', scheme: 'DCM', meaning: 'Measurement failure' }

/**
 * A number with its unit and what stands under it. Without a value the figure is an evaluation with the code “Measurement failure”:
 * a NUM item with an empty Measured Value Sequence says the same, but readers such as highdicom 0.28 fail on it and lose the report.
 */
export function numberItem(
  relationship: Relationship,
  name: Code,
  { value, unit }: MeasuredValue,
  items: readonly DicomDataset[] = []
): DicomDataset {
  const below = items.length === 0 ? {} : { ContentSequence: items }
  if (value === null) return { ...codeItemOf(relationship, name, measurementFailure), ...below }
  return {
    ...item(relationship, 'NUM', name),
    MeasuredValueSequence: [
      {
        NumericValue: decimalString(value),
        FloatingPointValue: value,
        MeasurementUnitsCodeSequence: [concept(unit)]
      }
    ],
    ...below
  }
}

/** An image, or a part of one. */
export function imageItem(relationship: Relationship, name: Code | null, reference: ReportReference): DicomDataset {
  return {
    RelationshipType: relationship,
    ValueType: 'IMAGE',
    ...(name === null ? {} : { ConceptNameCodeSequence: [concept(name)] }),
    ReferencedSOPSequence: [
      {
        ReferencedSOPClassUID: reference.sopClassUid,
        ReferencedSOPInstanceUID: reference.sopInstanceUid,
        ...(reference.frame === undefined ? {} : { ReferencedFrameNumber: String(reference.frame) }),
        ...(reference.segment === undefined ? {} : { ReferencedSegmentNumber: reference.segment })
      }
    ]
  }
}

import type { DataSet } from 'dicom-parser'
import { Fault } from '@engine/fault'
import { localText } from '@engine/formats/dicom/charset'
import { number, numbers, sequenceItems, text } from '@engine/formats/dicom/elements'
import { parseDicom, type ParsedDicom } from '@engine/formats/dicom/parse'
import type { Contour, Structure, StructureSet } from '@engine/formats/dicom/rtstruct/structure-set'
import { derivedFrom, type DerivedFrom } from '@engine/formats/dicom/seg/derived-from'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import { tag } from '@engine/formats/dicom/tags'
import { plainWords, type SegmentAlgorithm, type SegmentWords } from '@engine/formats/segmentation/segmentation'
import type { SourceFile } from '@engine/formats/source-file'

/** True for a parsed file that is a structure set. */
export function isStructureSet(dataSet: DataSet): boolean {
  return text(dataSet, tag.SOPClassUID) === sopClass.structureSet
}

/**
 * Reads names, colours and outlines of a structure set. Source: DICOM PS3.3 A.19, C.8.8.5, C.8.8.6, C.8.8.8.
 * Throws Fault `bad-mask` for outlines of regions nobody named and for points that are no numbers, `bad-file` for what is no DICOM.
 */
export function readStructures(source: SourceFile, parsed: ParsedDicom = parseDicom(source)): StructureSet {
  const { dataSet, warnings } = parsed
  const regions = sequenceItems(dataSet, tag.StructureSetROISequence)
  const outlines = new Map<number, DataSet>()
  for (const item of sequenceItems(dataSet, tag.ROIContourSequence)) {
    const roi = number(item, tag.ReferencedROINumber, 'IS')
    if (roi !== undefined) outlines.set(roi, item)
  }
  const structures = regions.map((item, index): Structure => {
    const roi = number(item, tag.ROINumber, 'IS') ?? index + 1
    const outline = outlines.get(roi)
    outlines.delete(roi)
    return {
      ...wordsOf(item, { number: roi, outline, root: dataSet }),
      frameOfReferenceUid: text(item, tag.ReferencedFrameOfReferenceUID) || null,
      contours: outline === undefined ? [] : contoursOf(outline, source.name)
    }
  })
  if (outlines.size > 0 || new Set(structures.map((structure) => structure.number)).size !== structures.length) {
    throw new Fault('bad-mask', `“${source.name}” has outlines that belong to no one region.`, {
      subject: source.name,
      hint: 'Export the structure set again from its source.'
    })
  }
  return { name: source.name, derivedFrom: structureOrigin(dataSet), structures, warnings }
}

interface RegionParts {
  readonly number: number
  readonly outline: DataSet | undefined
  readonly root: DataSet
}

function wordsOf(item: DataSet, { number: roi, outline, root }: RegionParts): SegmentWords {
  const label = localText(item, tag.ROIName, root) || `Region ${roi}`
  const rgb = outline === undefined ? [] : numbers(outline, tag.ROIDisplayColor, 'IS')
  const valid = rgb.length === 3 && rgb.every((value) => value >= 0 && value <= 255)
  return {
    ...plainWords(roi, label),
    description: localText(item, tag.ROIDescription, root),
    algorithm: algorithmOf(text(item, tag.ROIGenerationAlgorithm)),
    colour: valid ? [rgb[0], rgb[1], rgb[2]] : null
  }
}

function algorithmOf(value: string): SegmentAlgorithm {
  return value === 'AUTOMATIC' || value === 'SEMIAUTOMATIC' ? value : 'MANUAL'
}

function contoursOf(outline: DataSet, name: string): Contour[] {
  return sequenceItems(outline, tag.ContourSequence).map((item) => {
    const points = Float64Array.from(numbers(item, tag.ContourData, 'DS'))
    if (points.length % 3 !== 0 || !points.every(Number.isFinite)) {
      throw new Fault('bad-mask', `“${name}” has an outline whose points are no triples of numbers.`, {
        subject: name,
        hint: 'Export the structure set again from its source.'
      })
    }
    const image = sequenceItems(item, tag.ContourImageSequence)[0]
    const sopInstanceUid = image === undefined ? '' : text(image, tag.ReferencedSOPInstanceUID)
    const frame = image === undefined ? 1 : (number(image, tag.ReferencedFrameNumber, 'IS') ?? 1)
    return {
      kind: text(item, tag.ContourGeometricType),
      points,
      source: sopInstanceUid === '' ? null : { sopInstanceUid, frame: frame - 1 }
    }
  })
}

/** A structure set names its images in a tree of its own: frame of reference, study, series, instances. */
function structureOrigin(dataSet: DataSet): DerivedFrom {
  const common = derivedFrom(dataSet)
  const frames = sequenceItems(dataSet, tag.ReferencedFrameOfReferenceSequence)
  const series = frames
    .flatMap((item) => sequenceItems(item, tag.RTReferencedStudySequence))
    .flatMap((item) => sequenceItems(item, tag.RTReferencedSeriesSequence))
  const instances = series.flatMap((item) => sequenceItems(item, tag.ContourImageSequence))
  const stated = frames.length === 1 ? text(frames[0], tag.FrameOfReferenceUID) : ''
  return {
    ...common,
    frameOfReferenceUid: common.frameOfReferenceUid ?? (stated || null),
    series: joined(common.series, series, tag.SeriesInstanceUID),
    instances: joined(common.instances, instances, tag.ReferencedSOPInstanceUID),
    contentLabel: localText(dataSet, tag.StructureSetLabel)
  }
}

function joined(known: readonly string[], items: readonly DataSet[], uid: string): string[] {
  return [...new Set([...known, ...items.map((item) => text(item, uid))])].filter((found) => found !== '')
}

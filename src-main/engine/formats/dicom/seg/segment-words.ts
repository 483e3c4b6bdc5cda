import type { DataSet } from 'dicom-parser'
import { localText } from '@engine/formats/dicom/charset'
import { number, numbers, sequenceItems, text } from '@engine/formats/dicom/elements'
import { rgbFromLab } from '@engine/formats/dicom/seg/lab-colour'
import { tag } from '@engine/formats/dicom/tags'
import type { Code } from '@engine/formats/dicom/writing/dataset'
import type { SegmentAlgorithm, SegmentWords } from '@engine/formats/segmentation/segmentation'

/** Words of the segments of a file, by their numbers; one without a number takes its place in the list. Source: DICOM PS3.3 C.8.20.2. */
export function segmentWords(dataSet: DataSet): SegmentWords[] {
  const root = dataSet
  return sequenceItems(dataSet, tag.SegmentSequence).map((item, index) => ({
    number: number(item, tag.SegmentNumber, 'US') ?? index + 1,
    label: localWords(item, tag.SegmentLabel, root) || `Segment ${index + 1}`,
    description: localWords(item, tag.SegmentDescription, root),
    category: codeOf(item, tag.SegmentedPropertyCategoryCodeSequence, root),
    type: codeOf(item, tag.SegmentedPropertyTypeCodeSequence, root),
    modifier: modifierOf(item, root),
    algorithm: algorithmOf(text(item, tag.SegmentAlgorithmType)),
    algorithmName: localWords(item, tag.SegmentAlgorithmName, root),
    colour: colourOf(numbers(item, tag.RecommendedDisplayCIELabValue, 'US'))
  }))
}

/** The first concept of a code sequence, or null. `root` knows the character set. */
export function codeOf(item: DataSet, sequence: string, root: DataSet): Code | null {
  const coded = sequenceItems(item, sequence)[0]
  if (coded === undefined) return null
  const value = text(coded, tag.CodeValue) || text(coded, tag.LongCodeValue)
  if (value === '') return null
  return {
    value,
    scheme: text(coded, tag.CodingSchemeDesignator),
    meaning: localWords(coded, tag.CodeMeaning, root)
  }
}

/** The modifier lies inside the type. */
function modifierOf(item: DataSet, root: DataSet): Code | null {
  const type = sequenceItems(item, tag.SegmentedPropertyTypeCodeSequence)[0]
  return type === undefined ? null : codeOf(type, tag.SegmentedPropertyTypeModifierCodeSequence, root)
}

/** Text of an item in the character set its data set states; items seldom state one of their own. */
export function localWords(item: DataSet, elementTag: string, root: DataSet): string {
  const own = item.elements[tag.SpecificCharacterSet] !== undefined
  return own ? localText(item, elementTag) : localText(item, elementTag, root)
}

function algorithmOf(value: string): SegmentAlgorithm {
  return value === 'AUTOMATIC' || value === 'SEMIAUTOMATIC' ? value : 'MANUAL'
}

function colourOf(lab: readonly number[]): SegmentWords['colour'] {
  return lab.length === 3 ? rgbFromLab([lab[0], lab[1], lab[2]]) : null
}

import { labFromRgb } from '@engine/formats/dicom/seg/lab-colour'
import { codeItem, type DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { shortText } from '@engine/formats/dicom/writing/text'
import { derivedUid, newUid } from '@engine/formats/dicom/writing/uid'
import { conceptOf } from '@engine/formats/segmentation/label-dictionary'
import { segmentColour } from '@engine/formats/segmentation/segment-colour'
import type { SegmentWords } from '@engine/formats/segmentation/segmentation'

/** How segments that a program drew came about. */
export interface SegmentOrigin {
  /** Name and version of the program that drew automatic segments. */
  readonly program: string
  readonly version: string
  /** Parameters or recipe, for automatic segments; '' for none. */
  readonly parameters: string
}

/** An item of the Segment Sequence. Source: DICOM PS3.3 C.8.20.2, table C.8.20-4. */
export function segmentItem(words: SegmentWords, origin: SegmentOrigin, uidSeed?: string): DicomDataset {
  const concept = conceptOf(words.label)
  const label = shortText(words.label, 64) || `Segment ${words.number}`
  const description = shortText(words.description, 1024)
  const modifier = words.type === null ? concept.side : words.modifier
  return {
    SegmentNumber: words.number,
    SegmentLabel: label,
    ...(description === '' ? {} : { SegmentDescription: description }),
    SegmentAlgorithmType: words.algorithm,
    ...(words.algorithm === 'MANUAL' ? {} : algorithm(words, origin)),
    SegmentedPropertyCategoryCodeSequence: [codeItem(words.category ?? concept.category)],
    SegmentedPropertyTypeCodeSequence: [
      {
        ...codeItem(words.type ?? concept.type),
        ...(modifier === null ? {} : { SegmentedPropertyTypeModifierCodeSequence: [codeItem(modifier)] })
      }
    ],
    RecommendedDisplayCIELabValue: labFromRgb(segmentColour(words)),
    TrackingID: label,
    TrackingUID: uidSeed === undefined ? newUid() : derivedUid(`tracking ${words.number} ${uidSeed}`)
  }
}

function algorithm(words: SegmentWords, { program, version, parameters }: SegmentOrigin): DicomDataset {
  const name = shortText(words.algorithmName, 64) || program
  return {
    SegmentAlgorithmName: name,
    SegmentationAlgorithmIdentificationSequence: [
      {
        AlgorithmFamilyCodeSequence: [codeItem({ value: '123110', scheme: 'DCM', meaning: 'Artificial Intelligence' })],
        AlgorithmName: name,
        AlgorithmVersion: shortText(version, 64),
        ...(parameters === '' ? {} : { AlgorithmParameters: shortText(parameters, 10240) })
      }
    ]
  }
}

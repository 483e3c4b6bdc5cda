import type { DataSet } from 'dicom-parser'
import { localText } from '@engine/formats/dicom/charset'
import { number, text, textValues } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'
import type { PatientWords } from '@engine/formats/patient-words'

/** What a DICOM file says about its place among others; no patient data but in `patient`. */
export interface DicomHeader {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly studyUid: string
  readonly seriesUid: string
  readonly frameOfReferenceUid: string | null
  readonly modality: string
  readonly instanceNumber: number
  readonly acquisitionNumber: number
  readonly seriesNumber: number
  readonly echoTimeMs: number | null
  readonly temporalPosition: number | null
  readonly imageType: readonly string[]
  /** Letters of row and column direction (radiographs); null when absent or no letters of R L A P H F. */
  readonly patientOrientation: readonly [string, string] | null
  readonly patient: PatientWords
}

/** Reads everything but pixels and geometry; never throws: absent values are empty. */
export function dicomHeader(dataSet: DataSet): DicomHeader {
  const frameOfReference = text(dataSet, tag.FrameOfReferenceUID)
  return {
    sopClassUid: text(dataSet, tag.SOPClassUID),
    sopInstanceUid: text(dataSet, tag.SOPInstanceUID),
    studyUid: text(dataSet, tag.StudyInstanceUID),
    seriesUid: text(dataSet, tag.SeriesInstanceUID),
    frameOfReferenceUid: frameOfReference === '' ? null : frameOfReference,
    modality: text(dataSet, tag.Modality),
    instanceNumber: finite(number(dataSet, tag.InstanceNumber, 'IS')) ?? 0,
    acquisitionNumber: finite(number(dataSet, tag.AcquisitionNumber, 'IS')) ?? 0,
    seriesNumber: finite(number(dataSet, tag.SeriesNumber, 'IS')) ?? 0,
    echoTimeMs: finite(number(dataSet, tag.EchoTime, 'DS')),
    temporalPosition: finite(number(dataSet, tag.TemporalPosition, 'IS')),
    imageType: textValues(dataSet, tag.ImageType).map((value) => value.toUpperCase()),
    patientOrientation: orientationLetters(textValues(dataSet, tag.PatientOrientation)),
    patient: patientWords(dataSet)
  }
}

function patientWords(dataSet: DataSet): PatientWords {
  return {
    name: personName(localText(dataSet, tag.PatientName)),
    id: localText(dataSet, tag.PatientID),
    sex: text(dataSet, tag.PatientSex),
    age: text(dataSet, tag.PatientAge),
    studyDate: text(dataSet, tag.StudyDate),
    studyDescription: localText(dataSet, tag.StudyDescription),
    seriesDescription: localText(dataSet, tag.SeriesDescription),
    modality: text(dataSet, tag.Modality),
    bodyPart: text(dataSet, tag.BodyPartExamined),
    laterality: text(dataSet, tag.ImageLaterality) || text(dataSet, tag.Laterality),
    viewPosition: text(dataSet, tag.ViewPosition)
  }
}

function orientationLetters(values: readonly string[]): readonly [string, string] | null {
  const [row, column] = values.map((value) => value.toUpperCase())
  return values.length === 2 && /^[RLAPHF]{1,3}$/.test(row) && /^[RLAPHF]{1,3}$/.test(column) ? [row, column] : null
}

/** "Family^Given^Middle=ideographic=phonetic" as "Family, Given Middle", the first component group that is filled. */
function personName(value: string): string {
  const group = value.split('=').find((part) => part.replaceAll('^', '').trim() !== '') ?? ''
  const [family, given, middle] = group.split('^').map((part) => part.trim())
  const rest = [given, middle].filter((part) => part !== undefined && part !== '').join(' ')
  return rest === '' ? (family ?? '') : `${family}, ${rest}`
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}

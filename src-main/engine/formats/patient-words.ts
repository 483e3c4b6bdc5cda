/**
 * What a file says about patient and study, for the screen only: these words never reach a log, a report or an export.
 * Empty strings where the file says nothing.
 */
export interface PatientWords {
  readonly name: string
  readonly id: string
  readonly sex: string
  /** As stored, for example "045Y". */
  readonly age: string
  /** YYYYMMDD. */
  readonly studyDate: string
  readonly studyDescription: string
  readonly seriesDescription: string
  readonly modality: string
  readonly bodyPart: string
  readonly laterality: string
  readonly viewPosition: string
}

/** Words of a file that has none. */
export const noPatientWords: PatientWords = {
  name: '',
  id: '',
  sex: '',
  age: '',
  studyDate: '',
  studyDescription: '',
  seriesDescription: '',
  modality: '',
  bodyPart: '',
  laterality: '',
  viewPosition: ''
}

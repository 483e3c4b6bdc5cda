import type { DataSet } from 'dicom-parser'
import { localText } from '@engine/formats/dicom/charset'
import { sequenceItems, text } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'
import { codeItem, type DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { cleanDate, cleanTime, codeString, shortText } from '@engine/formats/dicom/writing/text'

/**
 * Who and what was examined, as DICOM elements of the Patient and General Study modules (PS3.3 C.7.1.1, C.7.2.1).
 * For files we write only: never for the screen, a log or a report.
 */
export type Identity = DicomDataset

/** Patient and study of a source file, cleaned to what DICOM allows; absent words become empty (type 2). StudyInstanceUID comes apart. */
export function identityOf(dataSet: DataSet): Identity {
  return {
    PatientName: personName(localText(dataSet, tag.PatientName)),
    PatientID: shortText(localText(dataSet, tag.PatientID), 64),
    ...filled('IssuerOfPatientID', shortText(localText(dataSet, tag.IssuerOfPatientID), 64)),
    PatientBirthDate: cleanDate(text(dataSet, tag.PatientBirthDate)),
    PatientSex: sexOf(text(dataSet, tag.PatientSex)),
    ...speciesOf(dataSet),
    StudyDate: cleanDate(text(dataSet, tag.StudyDate)),
    StudyTime: cleanTime(text(dataSet, tag.StudyTime)),
    ReferringPhysicianName: personName(localText(dataSet, tag.ReferringPhysicianName)),
    StudyID: shortText(localText(dataSet, tag.StudyID), 16),
    AccessionNumber: shortText(localText(dataSet, tag.AccessionNumber), 16),
    ...filled('StudyDescription', shortText(localText(dataSet, tag.StudyDescription), 64)),
    ...deidentifiedBy(dataSet)
  }
}

/** The identity of someone known by a made-up name only; no date, no physician, no number of the hospital. */
export function pseudonymousIdentity(pseudonym: string): Identity {
  const name = shortText(pseudonym, 64)
  return {
    PatientName: personName(name),
    PatientID: name,
    PatientBirthDate: '',
    PatientSex: '',
    PatientIdentityRemoved: 'YES',
    DeidentificationMethod: 'Saliscope: only the elements the object needs, pseudonym',
    StudyDate: '',
    StudyTime: '',
    ReferringPhysicianName: '',
    StudyID: '',
    AccessionNumber: ''
  }
}

/** At most three component groups of 64 characters. Source: PS3.5 6.2, PN. */
function personName(value: string): string {
  return value
    .split('=')
    .slice(0, 3)
    .map((group) => shortText(group, 64))
    .join('=')
    .replace(/=+$/, '')
}

function sexOf(value: string): string {
  return ['M', 'F', 'O'].includes(value.toUpperCase()) ? value.toUpperCase() : ''
}

/** Animals are named as such, or a viewer would ask for a person. */
function speciesOf(dataSet: DataSet): DicomDataset {
  const species = shortText(localText(dataSet, tag.PatientSpeciesDescription), 64)
  if (species === '') return {}
  return {
    PatientSpeciesDescription: species,
    PatientBreedDescription: shortText(localText(dataSet, tag.PatientBreedDescription), 64),
    PatientBreedCodeSequence: [],
    BreedRegistrationSequence: [],
    ResponsiblePerson: personName(localText(dataSet, tag.ResponsiblePerson)),
    ResponsibleOrganization: shortText(localText(dataSet, tag.ResponsibleOrganization), 64)
  }
}

/** A source without identity says how that came about; what is made from it must say so too. */
function deidentifiedBy(dataSet: DataSet): DicomDataset {
  if (codeString(text(dataSet, tag.PatientIdentityRemoved)) !== 'YES') return {}
  const methods = localText(dataSet, tag.DeidentificationMethod)
    .split('\\')
    .map((method) => shortText(method, 64))
    .filter((method) => method !== '')
  const coded = sequenceItems(dataSet, tag.DeidentificationMethodCodeSequence).map((item) =>
    codeItem({
      value: shortText(text(item, tag.CodeValue), 16),
      scheme: shortText(text(item, tag.CodingSchemeDesignator), 16),
      meaning: shortText(localText(item, tag.CodeMeaning, dataSet), 64)
    })
  )
  if (methods.length + coded.length === 0) return {}
  return {
    PatientIdentityRemoved: 'YES',
    ...(methods.length === 0 ? {} : { DeidentificationMethod: methods }),
    ...(coded.length === 0 ? {} : { DeidentificationMethodCodeSequence: coded })
  }
}

function filled(keyword: string, value: string): DicomDataset {
  return value === '' ? {} : { [keyword]: value }
}

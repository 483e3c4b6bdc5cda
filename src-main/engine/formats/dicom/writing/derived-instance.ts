import { Fault } from '@engine/fault'
import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { pseudonymousIdentity, type Identity } from '@engine/formats/dicom/writing/identity'
import { commonInstanceReference } from '@engine/formats/dicom/writing/references'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { dicomDate, dicomTime, shortText } from '@engine/formats/dicom/writing/text'
import { derivedUid, newUid } from '@engine/formats/dicom/writing/uid'

/** What an object made from images says about itself. */
export interface DerivedInstance {
  /** Images it is made from, all of one study and patient; [] for an image that is no DICOM: study and patient are then made up. */
  readonly sources: readonly SourceInstance[]
  readonly sopClassUid: string
  readonly modality: string
  readonly seriesDescription: string
  readonly seriesNumber: number
  readonly instanceNumber: number
  readonly created: Date
  /** Version of Saliscope. */
  readonly version: string
  /** The same seed gives the same UIDs (reproducible output); left out: new ones. Objects of one `seriesSeed` share their series. */
  readonly uidSeed?: string
  readonly seriesSeed?: string
  /** Instead of the source's: `pseudonymousIdentity`. UIDs of study, series and frame of reference stay, or references would break. */
  readonly identity?: Identity
  /** Name for a patient who is made up; default “Anonymous”. */
  readonly pseudonym?: string
}

/** The part of it that whoever asks for an object states; the rest follows from its kind and its sources. */
export type StatedInstance = Omit<DerivedInstance, 'sources' | 'sopClassUid' | 'modality' | 'seriesSeed'>

/**
 * The modules every derived object has: Patient, General Study, General Series, Frame of Reference, (Enhanced) General
 * Equipment, SOP Common, Common Instance Reference. Spread it first, then the object's own elements.
 * Source: DICOM PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.4.1, C.7.5.1, C.7.5.2, C.12.1, C.12.2.
 * Throws Fault `bad-parameter` when the sources belong to several patients' studies.
 */
export function derivedInstance(what: DerivedInstance): DicomDataset {
  const { sources, created } = what
  requireOneStudy(sources)
  const first = sources[0] as SourceInstance | undefined
  const studyUid = first?.studyUid ?? seededUid(what.seriesSeed ?? what.uidSeed, 'study')
  const description = shortText(what.seriesDescription, 64)
  return {
    ...(what.identity ?? first?.identity ?? pseudonymousIdentity(what.pseudonym ?? 'Anonymous')),
    StudyInstanceUID: studyUid,
    SOPClassUID: what.sopClassUid,
    SOPInstanceUID: seededUid(what.uidSeed, 'instance'),
    InstanceCreationDate: dicomDate(created),
    InstanceCreationTime: dicomTime(created),
    InstanceNumber: String(what.instanceNumber),
    Modality: what.modality,
    SeriesInstanceUID: seededUid(what.seriesSeed ?? what.uidSeed, 'series'),
    SeriesNumber: String(what.seriesNumber),
    SeriesDate: dicomDate(created),
    SeriesTime: dicomTime(created),
    // Type 2C: empty means that the side is not known or does not apply.
    Laterality: first?.laterality ?? '',
    ...(description === '' ? {} : { SeriesDescription: description }),
    ...equipment(what.version),
    ...frameOfReference(first, what),
    ...commonInstanceReference(sources, studyUid)
  }
}

/** What an image made from others must say of their pixels: lossy once, lossy for good. Source: DICOM PS3.3 C.7.6.1.1.5. */
export function lossyHistory(sources: readonly SourceInstance[]): DicomDataset {
  const lossy = sources.find((source) => source.lossy !== null)?.lossy
  if (lossy === undefined || lossy === null) return { LossyImageCompression: '00' }
  return {
    LossyImageCompression: '01',
    ...(lossy.ratios.length === 0 ? {} : { LossyImageCompressionRatio: lossy.ratios }),
    ...(lossy.methods.length === 0 ? {} : { LossyImageCompressionMethod: lossy.methods })
  }
}

function equipment(version: string): DicomDataset {
  return {
    Manufacturer: 'Saliscope',
    ManufacturerModelName: 'Saliscope',
    // Type 1 in Enhanced General Equipment; software has no serial number of its own.
    DeviceSerialNumber: '1',
    SoftwareVersions: shortText(version, 64)
  }
}

/** Absent for radiographs, whose pixels have no place in the patient. */
function frameOfReference(first: SourceInstance | undefined, what: DerivedInstance): DicomDataset {
  if (first === undefined) {
    return {
      FrameOfReferenceUID: seededUid(what.seriesSeed ?? what.uidSeed, 'frame of reference'),
      PositionReferenceIndicator: ''
    }
  }
  if (first.frameOfReferenceUid === null) return {}
  return { FrameOfReferenceUID: first.frameOfReferenceUid, PositionReferenceIndicator: first.positionReference }
}

function seededUid(seed: string | undefined, level: string): string {
  return seed === undefined ? newUid() : derivedUid(`${level} ${seed}`)
}

function requireOneStudy(sources: readonly SourceInstance[]): void {
  const patients = new Set(
    sources.map(({ identity }) => `${String(identity.PatientID)} ${String(identity.PatientName)}`)
  )
  if (patients.size < 2) return
  throw new Fault('bad-parameter', 'The images belong to several patients; one object cannot be made of them.', {
    hint: 'Choose the images of one patient.'
  })
}

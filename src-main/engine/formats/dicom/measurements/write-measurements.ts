import { Fault } from '@engine/fault'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { derivedInstance, type DerivedInstance } from '@engine/formats/dicom/writing/derived-instance'
import { encodeDicom } from '@engine/formats/dicom/writing/encode'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { dicomDate, dicomTime } from '@engine/formats/dicom/writing/text'
import { type MeasurementReport, measurementReportContent } from './measurement-report'
import { grouped } from '@shared/grouped'

export interface MeasurementsToWrite {
  readonly report: MeasurementReport
  /** Images the figures are of, all of one study. */
  readonly sources: readonly SourceInstance[]
  /** Segmentations and maps the report refers to beside them. */
  readonly evidence: readonly SourceInstance[]
  readonly about: Pick<
    DerivedInstance,
    'seriesDescription' | 'seriesNumber' | 'instanceNumber' | 'created' | 'uidSeed' | 'identity' | 'version'
  >
}

/**
 * Measurements as a Comprehensive 3D SR after TID 1500, complete and not verified by a person.
 * Source: DICOM PS3.3 A.35.13, C.17. Throws Fault `unsupported-file` without a DICOM source, `bad-parameter` for several patients.
 */
export async function encodeMeasurements(measurements: MeasurementsToWrite): Promise<Uint8Array> {
  const { sources, evidence, about, report } = measurements
  if (sources.length === 0) {
    throw new Fault('unsupported-file', 'A DICOM report needs DICOM images to refer to.', {
      hint: 'The report as JSON and CSV holds the same figures.'
    })
  }
  const {
    FrameOfReferenceUID: _frame,
    PositionReferenceIndicator: _position,
    Laterality: _side,
    ReferencedSeriesSequence: _series,
    StudiesContainingOtherReferencedInstancesSequence: _studies,
    ...common
  } = derivedInstance({ ...about, sources, sopClassUid: sopClass.comprehensive3dReport, modality: 'SR' })
  return encodeDicom({
    ...common,
    ReferencedPerformedProcedureStepSequence: [],
    ContentDate: dicomDate(about.created),
    ContentTime: dicomTime(about.created),
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    PerformedProcedureCodeSequence: [],
    CurrentRequestedProcedureEvidenceSequence: evidenceItems([...sources, ...evidence]),
    CodingSchemeIdentificationSequence: [
      {
        CodingSchemeDesignator: '99SALISCOPE',
        CodingSchemeName: 'Saliscope metrics and attributions',
        CodingSchemeResponsibleOrganization: 'Saliscope'
      }
    ],
    ...measurementReportContent(report)
  })
}

/** Everything the tree refers to, by study and series. Source: DICOM PS3.3 table C.17-3. */
function evidenceItems(instances: readonly SourceInstance[]): DicomDataset[] {
  return grouped(instances, ({ studyUid }) => studyUid).map(([study, ofStudy]) => ({
    StudyInstanceUID: study,
    ReferencedSeriesSequence: grouped(ofStudy, ({ seriesUid }) => seriesUid).map(([series, ofSeries]) => ({
      SeriesInstanceUID: series,
      ReferencedSOPSequence: grouped(ofSeries, ({ sopInstanceUid }) => sopInstanceUid).map(([uid, [first]]) => ({
        ReferencedSOPClassUID: first.sopClassUid,
        ReferencedSOPInstanceUID: uid
      }))
    }))
  }))
}

import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { Fault } from '@engine/fault'
import type { ReportFigure, ReportGroup } from '@engine/formats/dicom/measurements/measurement-report'
import { encodeMeasurements } from '@engine/formats/dicom/measurements/write-measurements'
import type { Code } from '@engine/formats/dicom/writing/dataset'
import { pseudonymousIdentity } from '@engine/formats/dicom/writing/identity'
import { readSources, sliceSources } from '@engine/formats/dicom/writing/slice-sources'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { derivedUid } from '@engine/formats/dicom/writing/uid'
import type { Volume } from '@engine/geometry/volume'
import type { ExportIdentity } from '@shared/exports'
import { figuresOf, type FigureName, type MeasuredFigure } from '@shared/measurement-figures'
import type { Measurement } from '@shared/measuring'
import type { CaseEntry } from '../case-shelf'
import { pseudonymOf } from './dicom-origin'
import { derivations, noUnit, quantityOf } from './region-figures'
import { ownCode } from '@engine/formats/dicom/measurements/content-item'

export interface DrawnMeasurements {
  readonly entry: CaseEntry
  readonly image: Volume
  readonly own: readonly Measurement[]
  readonly identity: ExportIdentity
  readonly version: string
  readonly created: Date
}

const sct = (value: string, meaning: string): Code => ({ value, scheme: 'SCT', meaning })
const ucum = (value: string, meaning: string): Code => ({ value, scheme: 'UCUM', meaning })

/** DICOM PS3.16 CID 7470 (lengths), CID 7471 (areas), CID 3490 (angle). */
const names: Readonly<Partial<Record<FigureName, Code>>> = {
  length: sct('410668003', 'Length'),
  perimeter: sct('131191004', 'Perimeter'),
  angle: sct('1483009', 'Angle'),
  area: sct('42798000', 'Area'),
  pixels: ownCode('voxels', 'Number of voxels')
}

const units: Readonly<Record<MeasuredFigure['unit'], Code>> = {
  mm: ucum('mm', 'millimetre'),
  'mm²': ucum('mm2', 'square millimetre'),
  '°': ucum('deg', 'degree'),
  px: ucum('{pixels}', 'pixels'),
  'px²': ucum('{pixels}', 'pixels'),
  value: noUnit,
  '': noUnit
}

const derivationOf: Readonly<Partial<Record<FigureName, Code>>> = {
  mean: derivations.mean,
  sd: derivations.deviation,
  min: derivations.minimum,
  max: derivations.maximum
}

/**
 * What a person measured on one case as a DICOM SR (TID 1500), a group each.
 * Throws Fault `unsupported-file` where the image is no DICOM file.
 */
export async function drawnMeasurements(order: DrawnMeasurements): Promise<Uint8Array> {
  const { entry, image, own, identity, version } = order
  const sources = await readSources(
    image,
    entry.paths.filter((path) => statSync(path).isFile())
  )
  if (sources.length === 0) {
    throw new Fault('unsupported-file', 'The image is no DICOM file, so no DICOM report can refer to it.', {
      subject: entry.title,
      hint: 'Copy the measurements as text instead.'
    })
  }
  const seed = createHash('sha256').update(JSON.stringify(own)).digest('hex')
  return encodeMeasurements({
    report: {
      deviceUid: derivedUid(`device saliscope ${version}`),
      version,
      images: sources.map(referenceOf),
      groups: own.map((measurement) => groupOf(measurement, order, sources))
    },
    sources,
    evidence: [],
    about: {
      seriesDescription: 'Measurements',
      seriesNumber: 9106,
      instanceNumber: 1,
      created: order.created,
      version,
      uidSeed: `measurements ${seed} ${sources[0].sopInstanceUid} ${identity}`,
      ...(identity === 'source' ? {} : { identity: pseudonymousIdentity(pseudonymOf(sources, seed)) })
    }
  })
}

function groupOf(
  measurement: Measurement,
  { image, version }: DrawnMeasurements,
  sources: readonly SourceInstance[]
): ReportGroup {
  const placed = sliceSources(image, sources)[measurement.slice]
  const source = placed?.source ?? sources[0]
  const quantity = quantityOf(image, source.modality)
  const detector = image.atDetector === true ? 'measured at the detector, not in the patient' : ''
  return {
    title: measurement.name,
    trackingUid: derivedUid(`measurement ${source.sopInstanceUid} ${measurement.id}`),
    finding: null,
    algorithm: { name: 'Saliscope measurement', version, parameters: `${measurement.kind}, drawn by hand` },
    figures: figuresOf(measurement, image).map((figure): ReportFigure => {
      const name = names[figure.name]
      const sized = figure.unit === 'mm' || figure.unit === 'mm²'
      return {
        name: name ?? quantity.name,
        unit: name === undefined ? quantity.unit : units[figure.unit],
        value: figure.value,
        derivation: derivationOf[figure.name] ?? null,
        note: figure.reason ?? (sized ? detector : '')
      }
    }),
    segment: null,
    images: [{ ...referenceOf(source), ...(placed && source.frames > 1 ? { frame: placed.frame + 1 } : {}) }],
    notes: [`Slice ${measurement.slice + 1} of ${image.size[2]}.`]
  }
}

function referenceOf({ sopClassUid, sopInstanceUid }: SourceInstance): ReportGroup['images'][number] {
  return { sopClassUid, sopInstanceUid }
}

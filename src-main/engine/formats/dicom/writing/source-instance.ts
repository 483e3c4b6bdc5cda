import { frameGeometries, type FrameGeometry } from '@engine/formats/dicom/frame-geometry'
import { localText } from '@engine/formats/dicom/charset'
import { number, text, textValues } from '@engine/formats/dicom/elements'
import type { DataSet } from 'dicom-parser'
import { rescaleOf } from '@engine/formats/dicom/rescale'
import { parseDicom } from '@engine/formats/dicom/parse'
import { tag } from '@engine/formats/dicom/tags'
import { identityOf, type Identity } from '@engine/formats/dicom/writing/identity'
import { shortText } from '@engine/formats/dicom/writing/text'
import { derivedUid, isUid } from '@engine/formats/dicom/writing/uid'
import { Fault } from '@engine/fault'
import { gunzipFile, isGzip } from '@engine/formats/gzip'
import { readSourceFile } from '@engine/formats/source-file'

/** A source image of a derived object: what the object must repeat of it or point to. Plain values. */
export interface SourceInstance {
  readonly path: string
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly studyUid: string
  readonly seriesUid: string
  /** null: the image is not placed in the patient (radiographs). */
  readonly frameOfReferenceUid: string | null
  readonly positionReference: string
  readonly modality: string
  /** R, L or ''. */
  readonly laterality: string
  /** Letters of row and column direction as stored; [] when absent. */
  readonly patientOrientation: readonly string[]
  readonly rows: number
  readonly columns: number
  readonly frames: number
  /** One per frame. */
  readonly geometry: readonly FrameGeometry[]
  /** How its pixels lost something on the way; null for pixels as acquired. */
  readonly lossy: { readonly ratios: readonly string[]; readonly methods: readonly string[] } | null
  /** Burned In Annotation as stated: YES, NO or ''. */
  readonly burnedIn: string
  /** Modality transform of all frames; null when it is a table, or differs between frames. */
  readonly rescale: { readonly slope: number; readonly intercept: number; readonly type: string } | null
  readonly identity: Identity
}

/**
 * Reads the header of a source image. UIDs a broken file lacks are derived from its other words, so that derived objects stay valid.
 * Throws Fault `bad-file` for what is no DICOM, `not-found`, `too-large`.
 */
export async function readSourceInstance(path: string): Promise<SourceInstance> {
  const packed = await readSourceFile(path)
  const source = isGzip(packed.bytes) ? { ...packed, bytes: await gunzipFile(packed.bytes, packed.name) } : packed
  const { dataSet } = parseDicom(source)
  const frames = frameCount(number(dataSet, tag.NumberOfFrames, 'IS'), source.name)
  const frameOfReference = text(dataSet, tag.FrameOfReferenceUID)
  const instance = text(dataSet, tag.SOPInstanceUID)
  const series = text(dataSet, tag.SeriesInstanceUID)
  return {
    path,
    sopClassUid: text(dataSet, tag.SOPClassUID),
    sopInstanceUid: isUid(instance) ? instance : derivedUid(`instance ${instance} ${source.name}`),
    studyUid: uidOr(text(dataSet, tag.StudyInstanceUID), `study ${series}`),
    seriesUid: uidOr(series, `series ${instance}`),
    frameOfReferenceUid: isUid(frameOfReference) ? frameOfReference : null,
    positionReference: shortText(localText(dataSet, tag.PositionReferenceIndicator), 64),
    modality: text(dataSet, tag.Modality),
    laterality: lateralityOf(text(dataSet, tag.ImageLaterality) || text(dataSet, tag.Laterality)),
    patientOrientation: textValues(dataSet, tag.PatientOrientation),
    rows: number(dataSet, tag.Rows, 'US') ?? 0,
    columns: number(dataSet, tag.Columns, 'US') ?? 0,
    frames,
    geometry: frameGeometries(dataSet, frames),
    lossy:
      text(dataSet, tag.LossyImageCompression) === '01'
        ? {
            ratios: textValues(dataSet, tag.LossyImageCompressionRatio),
            methods: textValues(dataSet, tag.LossyImageCompressionMethod)
          }
        : null,
    burnedIn: text(dataSet, tag.BurnedInAnnotation).toUpperCase(),
    rescale: oneRescale(dataSet, frames),
    identity: identityOf(dataSet)
  }
}

function oneRescale(dataSet: DataSet, frames: number): SourceInstance['rescale'] {
  const { linear, lookup } = rescaleOf(dataSet, frames, [])
  const [{ slope, intercept }] = linear
  const same = linear.every((other) => other.slope === slope && other.intercept === intercept)
  return lookup !== null || !same ? null : { slope, intercept, type: text(dataSet, tag.RescaleType) || 'US' }
}

/** More frames than any scanner makes are a lie that would fill the memory. */
const mostFrames = 1_000_000

function frameCount(stated: number | undefined, name: string): number {
  if (stated === undefined || !Number.isInteger(stated) || stated < 1) return 1
  if (stated <= mostFrames) return stated
  throw new Fault('too-large', `“${name}” claims ${stated} frames.`, {
    subject: name,
    hint: 'Export the image again from its source.'
  })
}

function uidOr(uid: string, seed: string): string {
  return isUid(uid) ? uid : derivedUid(seed)
}

function lateralityOf(value: string): string {
  return ['R', 'L'].includes(value) ? value : ''
}

import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { implementationClassUid } from '@engine/formats/dicom/writing/uid'
import { splitPixels } from '@engine/formats/dicom/writing/pixel-element'
import { explicitLittleEndian, implicitLittleEndian } from '@engine/formats/dicom/transfer-syntax'
import { Fault } from '@engine/fault'

export interface EncodeOptions {
  /**
   * VR by keyword, at every depth, for elements whose dictionary entry leaves a choice: PixelData OB for 1 and 8 bits, OW for
   * 16; LUTData OW; RealWorldValueFirstValueMapped US or SS; LUTDescriptor US or SS.
   */
  readonly vrs?: Readonly<Record<string, string>>
  /** Implicit VR little endian, for objects with text elements longer than 64 kB (outlines). */
  readonly implicit?: boolean
}

/**
 * A dataset as a DICOM file: 128 zero bytes, file meta information, Explicit VR little endian, text in UTF-8 (ISO_IR 192).
 * The dataset must hold SOPClassUID and SOPInstanceUID. Pixel data of odd length is padded.
 * Throws Fault `internal` for a keyword DICOM does not have: a spelling error must not become a missing element.
 */
export async function encodeDicom(dataset: DicomDataset, options: EncodeOptions = {}): Promise<Uint8Array> {
  // Large, and needed by few commands: loaded when the first file is written.
  const { default: dcmjs } = await import('dcmjs')
  const { DicomDict, DicomMetaDictionary } = dcmjs.data
  dcmjs.log.setLevel('error')
  const whole = { ...dataset, SpecificCharacterSet: 'ISO_IR 192' }
  requireKnownKeywords(whole, (keyword) => DicomMetaDictionary.nameMap[keyword] !== undefined)
  const meta = DicomMetaDictionary.denaturalizeDataset({
    FileMetaInformationVersion: Uint8Array.of(0, 1).buffer,
    MediaStorageSOPClassUID: dataset.SOPClassUID,
    MediaStorageSOPInstanceUID: dataset.SOPInstanceUID,
    TransferSyntaxUID: options.implicit === true ? implicitLittleEndian : explicitLittleEndian,
    ImplementationClassUID: implementationClassUid,
    ImplementationVersionName: 'SALISCOPE'
  })
  const file = new DicomDict(meta)
  const { header, pixels } = splitPixels(whole, options)
  file.dict = DicomMetaDictionary.denaturalizeDataset(withVrs(header, options.vrs ?? {}))
  const parts = [new Uint8Array(file.write()), ...(pixels ?? [])]
  const written = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let position = 0
  for (const part of parts) {
    written.set(part, position)
    position += part.length
  }
  return written
}

function requireKnownKeywords(dataset: DicomDataset, known: (keyword: string) => boolean): void {
  for (const [keyword, value] of Object.entries(dataset)) {
    if (!known(keyword)) throw new Fault('internal', `DICOM has no element named “${keyword}”.`)
    if (!Array.isArray(value)) continue
    for (const item of value as readonly unknown[]) if (isItem(item)) requireKnownKeywords(item, known)
  }
}

/** dcmjs looks for chosen VRs in a map of the dataset itself, at every depth. */
function withVrs(dataset: DicomDataset, vrs: Readonly<Record<string, string>>): object {
  const entries = Object.entries(dataset).map(([keyword, value]) => [
    keyword,
    Array.isArray(value) ? value.map((item: unknown) => (isItem(item) ? withVrs(item, vrs) : item)) : value
  ])
  return { ...Object.fromEntries(entries), _vrMap: vrs }
}

function isItem(item: unknown): item is DicomDataset {
  return typeof item === 'object' && item !== null
}

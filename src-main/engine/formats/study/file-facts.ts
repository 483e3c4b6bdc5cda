import type { DicomFacts } from '@engine/formats/dicom/dicom-image'
import { readDicomFacts } from '@engine/formats/dicom/facts'
import { type DicomObject, statedRole } from '@engine/formats/dicom/objects/dicom-object'
import { readDicomObject } from '@engine/formats/dicom/objects/read-object'
import { Fault } from '@engine/fault'
import { emptyFile, readingFault } from '@engine/formats/decode-source'
import type { FileExtent, ImageKind } from '@engine/formats/format'
import type { ForeignFile } from '@engine/formats/foreign-file'
import { gunzipHead, isGzip } from '@engine/formats/gzip'
import { recognise } from '@engine/formats/recognise'
import { type FileStart, headBytes, withFileStart } from '@engine/formats/source-file'

/** What a list of files needs to know about one, read from its header. */
export type FileFacts =
  | {
      readonly kind: 'dicom'
      readonly dicom: DicomFacts
      /** Segmentations and parametric maps: pictures, but about other images. */
      readonly object?: DicomObject
    }
  /** A DICOM object without pixels that says something about images. */
  | { readonly kind: 'object'; readonly object: DicomObject }
  | {
      readonly kind: Exclude<ImageKind, 'dicom'>
      /** null when only decoding tells. */
      readonly extent: FileExtent | null
    }
  | { readonly kind: 'onnx' }
  | { readonly kind: 'other'; readonly foreign?: ForeignFile | null }

/** Names of image files; files of DICOM often have no ending at all, or one of digits. */
function looksLikeImage(name: string): boolean {
  return /(\.(dcm|dicom|ima|nii|hdr|img|mgh|mgz|nrrd|nhdr|png|jpe?g|tiff?|npy|npz)(\.gz)?|^[^.]*|\.\d+)$/i.test(name)
}

/** Header facts of one file, opened once. Throws the Faults of its format, never for a file that is no image. */
export function fileFacts(path: string): Promise<FileFacts> {
  return withFileStart(path, async (start): Promise<FileFacts> => {
    const { name } = start
    if (start.sizeBytes === 0 && looksLikeImage(name)) throw emptyFile(name)
    const head = await start.upTo(headBytes)
    const { kind, format, foreign } = await recognise(head, name)
    if (format === null) return kind === 'onnx' ? { kind } : { kind: 'other', foreign }
    try {
      if (format.kind === 'dicom') return await dicomFileFacts(start, head)
      const plain = isGzip(head) ? await gunzipHead(head, headBytes) : head
      return {
        kind: format.kind as Exclude<ImageKind, 'dicom'>,
        extent: /\.img(\.gz)?$/i.test(name) ? null : format.extentOf(plain, name)
      }
    } catch (thrown) {
      throw readingFault(thrown, name, format.title)
    }
  })
}

/** Images by their header alone; the few objects about images are read whole. */
async function dicomFileFacts(start: FileStart, head: Uint8Array): Promise<FileFacts> {
  const role = statedRole(head)
  if (role === null) {
    const facts = await readDicomFacts(start).catch((thrown: unknown) => thrown)
    if (!(facts instanceof Error)) return { kind: 'dicom', dicom: facts as DicomFacts }
    // Without file header only the data set tells that it is no image.
    const object = facts instanceof Fault && facts.code === 'no-pixels' ? await readDicomObject(start) : null
    if (object === null) throw facts
    return { kind: 'object', object }
  }
  const object = await readDicomObject(start)
  if (object === null || role === 'SEG' || role === 'Parametric Map') {
    const dicom = await readDicomFacts(start)
    return object === null ? { kind: 'dicom', dicom } : { kind: 'dicom', dicom, object }
  }
  return { kind: 'object', object }
}

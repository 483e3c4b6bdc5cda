import type { DicomFacts } from '@engine/formats/dicom/dicom-image'
import { readDicomFacts } from '@engine/formats/dicom/facts'
import { emptyFile, readingFault } from '@engine/formats/decode-source'
import type { FileExtent, ImageKind } from '@engine/formats/format'
import type { ForeignFile } from '@engine/formats/foreign-file'
import { gunzipHead, isGzip } from '@engine/formats/gzip'
import { recognise } from '@engine/formats/recognise'
import { headBytes, withFileStart } from '@engine/formats/source-file'

/** What a list of files needs to know about one, read from its header. */
export type FileFacts =
  | { readonly kind: 'dicom'; readonly dicom: DicomFacts }
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
      if (format.kind === 'dicom') return { kind: 'dicom', dicom: await readDicomFacts(start) }
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

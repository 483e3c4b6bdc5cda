import { Fault } from '@engine/fault'
import type { FileKind, Format } from '@engine/formats/format'
import { foreignFile, type ForeignFile } from '@engine/formats/foreign-file'
import { gunzipHead, isGzip } from '@engine/formats/gzip'
import { formats } from '@engine/formats/index'
import { headBytes } from '@engine/formats/source-file'

/** What a file is, and the reader for it when it is an image. */
export interface Recognition {
  readonly kind: FileKind
  readonly format: Format | null
  /** What it is instead, where that is known. */
  readonly foreign: ForeignFile | null
}

/** Recognises a file by its first bytes; the name decides only where content cannot. */
export async function recognise(head: Uint8Array, name: string): Promise<Recognition> {
  const plain = isGzip(head) ? await gunzipHead(head, headBytes) : head
  const format = formats.find((candidate) => candidate.matches(plain, name))
  if (format !== undefined) return { kind: format.kind, format, foreign: null }
  const kind = isOnnx(head, name) ? 'onnx' : 'other'
  return { kind, format: null, foreign: kind === 'onnx' ? null : foreignFile(plain) }
}

/** Fault for a file that is no image. */
export function notAnImage(kind: FileKind, name: string, foreign: ForeignFile | null = null): Fault {
  if (kind === 'onnx') {
    return new Fault('no-pixels', `“${name}” is an ONNX model, not an image.`, {
      subject: name,
      hint: 'Open it as a model, or run: saliscope inspect.'
    })
  }
  if (foreign !== null) {
    return new Fault('unsupported-file', `“${name}” is ${foreign.text}, which Saliscope does not open.`, {
      subject: name,
      hint: foreign.hint
    })
  }
  return new Fault('unsupported-file', `“${name}” is not an image Saliscope can read.`, {
    subject: name,
    hint: 'DICOM, NIfTI, NRRD, MGH, PNG, JPEG, TIFF, NPY and NPZ files can be opened.'
  })
}

/** An ONNX file begins with the field ir_version (1, varint) of ModelProto. */
function isOnnx(head: Uint8Array, name: string): boolean {
  return /\.onnx$/i.test(name) && head[0] === 0x08 && head[1] > 0 && head[1] < 32
}

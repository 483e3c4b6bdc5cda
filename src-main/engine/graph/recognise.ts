import { foreignModel } from '@shared/model-files'

/** A kind of file people take for an ONNX model, told by its first bytes. */
interface Look {
  readonly text: string
  readonly matches: (head: Uint8Array, ascii: string) => boolean
}

const starts =
  (...bytes: number[]) =>
  (head: Uint8Array): boolean =>
    bytes.every((byte, index) => head[index] === byte)

const looks: readonly Look[] = [
  { text: 'an empty file', matches: (head) => head.length === 0 },
  {
    text: 'a PyTorch checkpoint or another zip archive',
    matches: starts(0x50, 0x4b, 0x03, 0x04)
  },
  { text: 'a model in ONNX Runtime format (.ort)', matches: (_head, ascii) => ascii.slice(4, 8) === 'ORTM' },
  {
    text: 'a Git LFS pointer (the real file was not downloaded)',
    matches: (_head, ascii) => ascii.startsWith('version https://git-lfs')
  },
  { text: 'a DICOM file', matches: (_head, ascii) => ascii.slice(128, 132) === 'DICM' },
  { text: 'a PNG image', matches: starts(0x89, 0x50, 0x4e, 0x47) },
  { text: 'a JPEG image', matches: starts(0xff, 0xd8, 0xff) },
  { text: 'a gzip archive', matches: starts(0x1f, 0x8b) },
  { text: 'a NumPy array', matches: starts(0x93, 0x4e, 0x55, 0x4d) },
  { text: 'an XML file (perhaps an OpenVINO model)', matches: (_head, ascii) => /^\s*<\?xml/.test(ascii) },
  { text: 'a web page', matches: (_head, ascii) => /^\s*<(!doctype|html)/i.test(ascii) },
  { text: 'a PDF document', matches: (_head, ascii) => ascii.startsWith('%PDF') },
  { text: 'a program', matches: (_head, ascii) => ascii.startsWith('\x7fELF') || ascii.startsWith('MZ') },
  { text: 'a JSON file', matches: (_head, ascii) => /^\s*[[{]\s*["{[\]}]/.test(ascii) },
  { text: 'a text file', matches: (head, ascii) => head.length > 0 && /^[\t\n\r\x20-\x7e]+$/.test(ascii) }
]

/** A file that is certainly no ONNX model. */
export interface ForeignFile {
  /** What it is, with its article. */
  readonly text: string
  /** How to make an ONNX file of it, where it is a model; else null. */
  readonly recipe: string | null
}

/** What a file that is certainly no ONNX model looks like, or null when it may be one. */
export function describeForeign(bytes: Uint8Array): ForeignFile | null {
  const model = foreignModel(bytes.subarray(0, 4096))
  if (model !== null) return model
  const head = bytes.subarray(0, 160)
  const ascii = String.fromCharCode(...head)
  const look = looks.find((candidate) => candidate.matches(head, ascii))
  return look === undefined ? null : { text: look.text, recipe: null }
}

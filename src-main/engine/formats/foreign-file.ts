import { foreignModel } from '@shared/model-files'

/** What a file is that is no image we read. */
export interface ForeignFile {
  /** With its article: "a GIF picture". */
  readonly text: string
  /** What would work. */
  readonly hint: string
}

interface Look extends ForeignFile {
  readonly matches: (head: Uint8Array, ascii: string) => boolean
}

const asPng = 'Save it as PNG or TIFF, which keep every grey level.'
const asNifti = 'Convert it to NIfTI, NRRD or NPY with the tool it comes from.'

/** Told by content alone, in the order they are tried. */
const looks: readonly Look[] = [
  { text: 'a GIF picture', hint: asPng, matches: (_head, ascii) => /^GIF8[79]a/.test(ascii) },
  {
    text: 'a WebP picture',
    hint: asPng,
    matches: (_head, ascii) => ascii.startsWith('RIFF') && ascii.slice(8, 12) === 'WEBP'
  },
  {
    text: 'a BMP picture',
    hint: asPng,
    matches: (head, ascii) =>
      ascii.startsWith('BM') && [12, 40, 52, 56, 64, 108, 124].includes(head[14]) && head[15] === 0
  },
  {
    text: 'a JPEG 2000 picture outside of DICOM',
    hint: asPng,
    matches: (_head, ascii) => ascii.slice(4, 8) === 'jP  ' || ascii.startsWith('\xff\x4f\xff\x51')
  },
  {
    text: 'a JPEG XL picture',
    hint: asPng,
    matches: (_head, ascii) => ascii.slice(4, 8) === 'JXL ' || ascii.startsWith('\xff\x0a')
  },
  {
    text: 'an HEIC or AVIF picture',
    hint: asPng,
    matches: (_head, ascii) => /^....ftyp(heic|heix|mif1|avif)/s.test(ascii)
  },
  {
    text: 'a MetaImage volume',
    hint: 'Convert it to NIfTI or NRRD, for example with 3D Slicer or SimpleITK.',
    matches: (_head, ascii) => /^(ObjectType|NDims|Comment) *=/m.test(ascii) && /NDims *= *\d/.test(ascii)
  },
  { text: 'a MATLAB file', hint: asNifti, matches: (_head, ascii) => ascii.startsWith('MATLAB 5.0 MAT-file') },
  {
    text: 'a MINC or NetCDF file',
    hint: asNifti,
    matches: (head, ascii) => ascii.startsWith('CDF') && [1, 2, 5].includes(head[3])
  },
  {
    text: 'a Git LFS pointer (the real file was not downloaded)',
    hint: 'Fetch it with: git lfs pull.',
    matches: (_head, ascii) => ascii.startsWith('version https://git-lfs')
  },
  {
    text: 'a web page',
    hint: 'The download failed: fetch the file itself.',
    matches: (_head, ascii) => /^\s*<(!doctype html|html)/i.test(ascii)
  },
  { text: 'a PDF document', hint: 'Export its pictures as PNG.', matches: (_head, ascii) => ascii.startsWith('%PDF') },
  {
    text: 'a zip archive',
    hint: 'Unpack it and open what is inside.',
    matches: (_head, ascii) => ascii.startsWith('PK\x03\x04') || ascii.startsWith('PK\x05\x06')
  }
]

/** Recognises what people take for an image; null when it is nothing known. `head`: the first 4096 bytes, gunzipped. */
export function foreignFile(head: Uint8Array): ForeignFile | null {
  const model = foreignModel(head)
  if (model !== null) return { text: `${model.text}, not an image`, hint: model.recipe }
  const ascii = String.fromCharCode(...head.subarray(0, 512))
  const look = looks.find((candidate) => candidate.matches(head, ascii))
  return look === undefined ? null : { text: look.text, hint: look.hint }
}

/** How the pixel data of a file is coded. */
export type PixelCoding =
  | 'native'
  | 'encapsulated-native'
  | 'rle'
  | 'jpeg-baseline'
  | 'jpeg-extended'
  | 'jpeg-lossless'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'htj2k'
  | 'deflated-frames'

export interface TransferSyntax {
  readonly uid: string
  readonly title: string
  readonly coding: PixelCoding | null
  readonly bigEndian: boolean
}

function syntax(uid: string, title: string, coding: PixelCoding | null, bigEndian = false): [string, TransferSyntax] {
  return [uid, { uid, title, coding, bigEndian }]
}

/** Implicit VR little endian, the default of DICOM. */
export const implicitLittleEndian = '1.2.840.10008.1.2'
export const explicitLittleEndian = '1.2.840.10008.1.2.1'
export const explicitBigEndian = '1.2.840.10008.1.2.2'
export const deflatedLittleEndian = '1.2.840.10008.1.2.1.99'
/** Of General Electric: implicit VR little endian but for the pixels, which are big endian. */
export const privateBigEndianPixels = '1.2.840.113619.5.2'

/** Source: DICOM PS3.6 table A-1, with the private one in use; `coding: null` names a syntax that is known but not decoded. */
const known = new Map<string, TransferSyntax>([
  syntax(implicitLittleEndian, 'implicit VR little endian', 'native'),
  syntax(explicitLittleEndian, 'explicit VR little endian', 'native'),
  syntax('1.2.840.10008.1.2.1.98', 'encapsulated uncompressed explicit VR little endian', 'encapsulated-native'),
  syntax(deflatedLittleEndian, 'deflated explicit VR little endian', 'native'),
  syntax(explicitBigEndian, 'explicit VR big endian', 'native', true),
  syntax('1.2.840.10008.1.2.4.50', 'JPEG baseline', 'jpeg-baseline'),
  syntax('1.2.840.10008.1.2.4.51', 'JPEG extended', 'jpeg-extended'),
  syntax(privateBigEndianPixels, 'implicit VR little endian with big-endian pixels (GE private)', 'native', true),
  // Retired; the 8-bit ones are streams a decoder still knows.
  syntax('1.2.840.10008.1.2.4.52', 'JPEG extended, processes 3 and 5 (retired)', null),
  syntax('1.2.840.10008.1.2.4.53', 'JPEG spectral selection (retired)', 'jpeg-extended'),
  syntax('1.2.840.10008.1.2.4.54', 'JPEG spectral selection, arithmetic (retired)', null),
  syntax('1.2.840.10008.1.2.4.55', 'JPEG full progression (retired)', 'jpeg-extended'),
  syntax('1.2.840.10008.1.2.4.56', 'JPEG full progression, arithmetic (retired)', null),
  syntax('1.2.840.10008.1.2.4.58', 'JPEG lossless, arithmetic (retired)', null),
  ...[59, 60, 61, 62, 63, 64, 65, 66].map((process) =>
    syntax(`1.2.840.10008.1.2.4.${process}`, 'JPEG, hierarchical (retired)', null)
  ),
  syntax('1.2.840.10008.1.2.4.57', 'JPEG lossless', 'jpeg-lossless'),
  syntax('1.2.840.10008.1.2.4.70', 'JPEG lossless, first-order prediction', 'jpeg-lossless'),
  syntax('1.2.840.10008.1.2.4.80', 'JPEG-LS lossless', 'jpeg-ls'),
  syntax('1.2.840.10008.1.2.4.81', 'JPEG-LS near-lossless', 'jpeg-ls'),
  syntax('1.2.840.10008.1.2.4.90', 'JPEG 2000 lossless', 'jpeg-2000'),
  syntax('1.2.840.10008.1.2.4.91', 'JPEG 2000', 'jpeg-2000'),
  syntax('1.2.840.10008.1.2.4.92', 'JPEG 2000 multi-component lossless', null),
  syntax('1.2.840.10008.1.2.4.93', 'JPEG 2000 multi-component', null),
  syntax('1.2.840.10008.1.2.4.94', 'JPIP referenced', null),
  syntax('1.2.840.10008.1.2.4.95', 'JPIP referenced deflate', null),
  syntax('1.2.840.10008.1.2.4.100', 'MPEG-2 main profile, main level', null),
  syntax('1.2.840.10008.1.2.4.101', 'MPEG-2 main profile, high level', null),
  syntax('1.2.840.10008.1.2.4.102', 'MPEG-4 AVC/H.264', null),
  syntax('1.2.840.10008.1.2.4.103', 'MPEG-4 AVC/H.264, BD-compatible', null),
  syntax('1.2.840.10008.1.2.4.104', 'MPEG-4 AVC/H.264 for 2-D video', null),
  syntax('1.2.840.10008.1.2.4.105', 'MPEG-4 AVC/H.264 for 3-D video', null),
  syntax('1.2.840.10008.1.2.4.106', 'MPEG-4 AVC/H.264 stereo', null),
  ...[100, 101, 102, 103, 104, 105, 106].map((video) =>
    syntax(`1.2.840.10008.1.2.4.${video}.1`, 'fragmentable MPEG video', null)
  ),
  syntax('1.2.840.10008.1.2.4.107', 'HEVC/H.265', null),
  syntax('1.2.840.10008.1.2.4.108', 'HEVC/H.265 main 10', null),
  syntax('1.2.840.10008.1.2.4.110', 'JPEG XL lossless', null),
  syntax('1.2.840.10008.1.2.4.111', 'JPEG XL, JPEG recompression', null),
  syntax('1.2.840.10008.1.2.4.112', 'JPEG XL', null),
  syntax('1.2.840.10008.1.2.4.201', 'high-throughput JPEG 2000 lossless', 'htj2k'),
  syntax('1.2.840.10008.1.2.4.202', 'high-throughput JPEG 2000 lossless, RPCL', 'htj2k'),
  syntax('1.2.840.10008.1.2.4.203', 'high-throughput JPEG 2000', 'htj2k'),
  syntax('1.2.840.10008.1.2.4.204', 'JPIP referenced, high-throughput JPEG 2000', null),
  syntax('1.2.840.10008.1.2.4.205', 'JPIP referenced deflate, high-throughput JPEG 2000', null),
  syntax('1.2.840.10008.1.2.6.1', 'MIME encapsulation (retired)', null),
  syntax('1.2.840.10008.1.2.6.2', 'XML encoding (retired)', null),
  ...[1, 2, 3].map((stream) => syntax(`1.2.840.10008.1.2.7.${stream}`, 'SMPTE ST 2110 real-time video', null)),
  syntax('1.2.840.10008.1.20', 'Papyrus 3 (retired)', null),
  syntax('1.2.840.10008.1.2.5', 'RLE lossless', 'rle'),
  syntax('1.2.840.10008.1.2.8.1', 'deflated image frame', 'deflated-frames')
])

/** A syntax by UID; an unknown one is named by its UID and has no coding. */
export function transferSyntax(uid: string): TransferSyntax {
  return known.get(uid) ?? { uid, title: 'unknown transfer syntax', coding: null, bigEndian: false }
}

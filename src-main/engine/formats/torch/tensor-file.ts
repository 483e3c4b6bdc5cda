import { zipSync } from 'fflate'

/** A fixed date: the same tensor gives the same file. ZIP knows none before 1980. */
const noDate = new Date(1980, 0, 1)

/**
 * A float32 tensor as `torch.save` writes it, for `torch.load` (also with `weights_only`): a stored ZIP with the values
 * and a pickle that does nothing but rebuild them. Files of this kind are only ever written here, never read: reading a
 * pickle can run code. Source: PyTorch serialization, zip format version 3.
 */
export function encodeTensorFile(values: Float32Array, shape: readonly number[], name: string): Uint8Array {
  const root = name.replace(/\.pt$/, '')
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const stored = { level: 0, mtime: noDate } as const
  return zipSync({
    [`${root}/data.pkl`]: [tensorPickle(values.length, shape), stored],
    [`${root}/byteorder`]: [ascii('little'), stored],
    [`${root}/data/0`]: [bytes, stored],
    [`${root}/version`]: [ascii('3\n'), stored]
  })
}

/** Protocol 2: `torch._utils._rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())`. */
function tensorPickle(count: number, shape: readonly number[]): Uint8Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1))
  return Buffer.concat([
    Buffer.from([0x80, 2]),
    ascii('ctorch._utils\n_rebuild_tensor_v2\n'),
    mark,
    // The storage is named, not pickled: its bytes are the file `data/0`.
    mark,
    text('storage'),
    ascii('ctorch\nFloatStorage\n'),
    text('0'),
    text('cpu'),
    integer(count),
    ascii('tQ'),
    integer(0),
    mark,
    ...shape.map(integer),
    ascii('t'),
    mark,
    ...strides.map(integer),
    ascii('t'),
    Buffer.from([0x89]),
    ascii('ccollections\nOrderedDict\n)R'),
    ascii('tR.')
  ])
}

const mark = Buffer.from('(')
const ascii = (words: string): Buffer => Buffer.from(words, 'latin1')

/** BINUNICODE. */
function text(words: string): Buffer {
  const head = Buffer.alloc(5)
  head[0] = 0x58
  head.writeUInt32LE(words.length, 1)
  return Buffer.concat([head, ascii(words)])
}

/** BININT1 or BININT; a count above 2³¹ is written as LONG1. */
function integer(value: number): Buffer {
  if (value < 256) return Buffer.from([0x4b, value])
  if (value < 2 ** 31) {
    const bytes = Buffer.alloc(5)
    bytes[0] = 0x4a
    bytes.writeInt32LE(value, 1)
    return bytes
  }
  const bytes = Buffer.alloc(10)
  bytes.set([0x8a, 8])
  bytes.writeBigInt64LE(BigInt(value), 2)
  return bytes
}

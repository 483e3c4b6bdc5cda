import type { RandomStream } from '@engine/tensor/random'

/** Values that break careless readers: zero, one, signs, all bits. */
const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

/** A damaged copy of a file, one to four faults: the same stream gives the same damage. Headers are hit more often than pixels. */
export function mutant(base: Uint8Array, random: RandomStream): Uint8Array {
  let bytes: Uint8Array = base.slice()
  const faults = 1 + random.integer(4)
  for (let fault = 0; fault < faults && bytes.length > 16; fault++) bytes = damaged(bytes, random)
  return bytes
}

function damaged(bytes: Uint8Array, random: RandomStream): Uint8Array {
  const reach = random.uniform() < 0.7 ? Math.min(bytes.length, 2048) : bytes.length
  const at = random.integer(reach - 8)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (random.integer(8)) {
    case 0:
      bytes[at] ^= 1 << random.integer(8)
      return bytes
    case 1:
      bytes[at] = random.integer(256)
      return bytes
    case 2:
      view.setUint16(at, extremes[random.integer(extremes.length)] & 0xffff, random.integer(2) === 0)
      return bytes
    case 3:
      view.setUint32(at, extremes[random.integer(extremes.length)], random.integer(2) === 0)
      return bytes
    case 4:
      return bytes.slice(0, 1 + random.integer(bytes.length))
    case 5:
      return spliced(bytes, at, [at + 1 + random.integer(64), bytes.length])
    case 6:
      return spliced(bytes, at, [Math.max(0, at - random.integer(64)), bytes.length])
    default:
      bytes.copyWithin(at, random.integer(bytes.length), Math.min(bytes.length, at + 1 + random.integer(32)))
      return bytes
  }
}

/** The first `at` bytes followed by a range of the same file: something left out, or something said twice. */
function spliced(bytes: Uint8Array, at: number, [from, to]: [number, number]): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(from, to), to)]))
}

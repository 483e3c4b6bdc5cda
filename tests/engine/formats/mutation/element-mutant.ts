import { parseDicom } from '@engine/formats/dicom/parse'
import type { DataSet } from 'dicom-parser'
import type { RandomStream } from '@engine/tensor/random'
import { mutant } from '../mutate'

/** One element of a file: where its header, length field and value lie, in bytes of the file. */
interface Spot {
  readonly header: number
  readonly lengthAt: number
  readonly lengthBytes: 2 | 4
  readonly value: number
  readonly length: number
}

/** Lengths and numbers that break careless readers. */
const lengths = [0, 1, 2, 3, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]
const texts = ['-1', '0', '1e308', '99999999', 'NaN', '2147483647', '=1+1', '\\\\\\', '..', '%s%n', '\0', '1.5']

/**
 * A damaged copy of a DICOM file whose damage knows its structure: lengths, values and kinds of single elements, also nested
 * ones, elements left out, doubled or swapped. Files that cannot be taken apart get blind damage.
 */
export function elementMutant(base: Uint8Array, random: RandomStream): Uint8Array {
  const spots = spotsOf(base)
  if (spots.length === 0 || random.uniform() < 0.4) return mutant(base, random)
  let bytes: Uint8Array = base.slice()
  const faults = 1 + random.integer(3)
  // From back to front, so that what is cut out does not move what is damaged next.
  const chosen = Array.from({ length: faults }, () => spots[random.integer(spots.length)])
  for (const spot of chosen.sort((first, second) => second.header - first.header)) bytes = damaged(bytes, spot, random)
  return bytes
}

function damaged(bytes: Uint8Array, spot: Spot, random: RandomStream): Uint8Array {
  // An earlier fault may have cut away what lay here.
  if (spot.value + 4 > bytes.length) return bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = Math.min(bytes.length, spot.value + spot.length)
  switch (random.integer(6)) {
    case 0: {
      const length = lengths[random.integer(lengths.length)]
      if (spot.lengthBytes === 2) view.setUint16(spot.lengthAt, length & 0xffff, true)
      else view.setUint32(spot.lengthAt, length, true)
      return bytes
    }
    case 1:
      for (let at = spot.value; at < Math.min(end, spot.value + 8); at++) bytes[at] = random.integer(256)
      return bytes
    case 2: {
      const text = Buffer.from(texts[random.integer(texts.length)].padEnd(end - spot.value).slice(0, end - spot.value))
      bytes.set(text, spot.value)
      return bytes
    }
    case 3:
      return new Uint8Array(Buffer.concat([bytes.subarray(0, spot.header), bytes.subarray(end)]))
    case 4:
      return new Uint8Array(Buffer.concat([bytes.subarray(0, end), bytes.subarray(spot.header)]))
    default:
      // Another kind of value, or for implicit files another length.
      bytes.set(Buffer.from(['SQ', 'UN', 'OB', 'US', 'DS', 'UI'][random.integer(6)]), spot.header + 4)
      return bytes
  }
}

function spotsOf(base: Uint8Array): Spot[] {
  try {
    const parsed = parseDicom({ path: '/base', name: 'base', bytes: base })
    const start = base.length - parsed.bytes.length
    return start < 0 ? [] : spotsIn(parsed.dataSet, start)
  } catch {
    return []
  }
}

function spotsIn(dataSet: DataSet, start: number): Spot[] {
  return Object.values(dataSet.elements).flatMap((element) => {
    const explicit = element.vr !== undefined
    const long = explicit && /^(OB|OW|OF|OD|OL|SQ|UN|UT|UC|UR)$/.test(element.vr!)
    const headerBytes = long ? 12 : 8
    const lengthBytes = explicit && !long ? 2 : 4
    const value = start + element.dataOffset
    const own: Spot = {
      header: value - headerBytes,
      lengthAt: value - lengthBytes,
      lengthBytes,
      value,
      length: Math.min(element.length, 2 ** 20)
    }
    const nested = (element.items ?? []).flatMap(({ dataSet: item }) =>
      item === undefined ? [] : spotsIn(item, start)
    )
    return [own, ...nested]
  })
}

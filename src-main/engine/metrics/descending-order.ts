/**
 * Indices of the values from highest to lowest; ties keep their order (lowest index first), −0 equals 0.
 * Radix sort over Uint32 keys, three passes of 11, 11 and 10 bits: linear in the number of pixels.
 */
export function descendingOrder(values: Float32Array): Uint32Array<ArrayBuffer> {
  const count = values.length
  let keys = descendingKeys(values)
  let order = new Uint32Array(count)
  for (let index = 0; index < count; index++) order[index] = index

  let nextKeys = new Uint32Array(count)
  let nextOrder = new Uint32Array(count)
  for (const { shift, bits } of digits) {
    const starts = digitStarts(keys, shift, bits)
    if (starts === null) continue
    const low = (1 << bits) - 1
    for (let index = 0; index < count; index++) {
      const target = starts[(keys[index] >>> shift) & low]++
      nextKeys[target] = keys[index]
      nextOrder[target] = order[index]
    }
    ;[keys, nextKeys] = [nextKeys, keys]
    ;[order, nextOrder] = [nextOrder, order]
  }
  return order
}

const digits = [
  { shift: 0, bits: 11 },
  { shift: 11, bits: 11 },
  { shift: 22, bits: 10 }
]

/** Float bits as integers that grow as the float falls. */
function descendingKeys(values: Float32Array): Uint32Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const keys = new Uint32Array(values.length)
  for (let index = 0; index < keys.length; index++) {
    const word = bits[index]
    // Negative numbers already grow as the float falls; positive ones are mirrored below them. −0 is stored as +0.
    keys[index] = word > 0x80000000 ? word : 0x7fffffff - (word & 0x7fffffff)
  }
  return keys
}

/** First target position of every digit value, or null when all keys share the digit. */
function digitStarts(keys: Uint32Array, shift: number, bits: number): Uint32Array | null {
  const low = (1 << bits) - 1
  const counts = new Uint32Array(1 << bits)
  for (let index = 0; index < keys.length; index++) counts[(keys[index] >>> shift) & low]++
  if (keys.length > 0 && counts[(keys[0] >>> shift) & low] === keys.length) return null

  let start = 0
  for (let digit = 0; digit < counts.length; digit++) {
    const size = counts[digit]
    counts[digit] = start
    start += size
  }
  return counts
}

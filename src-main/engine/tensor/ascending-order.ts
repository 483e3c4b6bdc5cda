/** Bits taken per pass: four passes cover the 64 bits of a double. */
const digitBits = 16
const buckets = 1 << digitBits

/**
 * Indices that put non-negative finite numbers in ascending order; equal ones keep their order.
 * Least-significant-digit radix sort over the bits of a double, which order like the numbers themselves when the sign is 0.
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const count = values.length
  // Little-endian doubles as four digits of 16 bits each, the least significant first.
  const digits = new Uint16Array(values.buffer, values.byteOffset, count * 4)
  let order = new Uint32Array(count)
  let other = new Uint32Array(count)
  for (let index = 0; index < count; index++) order[index] = index
  for (let place = 0; place < 4; place++) {
    const starts = firstPositions(digits, place)
    for (let position = 0; position < count; position++) {
      const index = order[position]
      other[starts[digits[4 * index + place]]++] = index
    }
    const swap = order
    order = other
    other = swap
  }
  return order
}

/** Where the values of each digit begin once they are sorted by it. */
function firstPositions(digits: Uint16Array, place: number): Uint32Array {
  const starts = new Uint32Array(buckets)
  for (let at = place; at < digits.length; at += 4) starts[digits[at]]++
  let sum = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    const count = starts[bucket]
    starts[bucket] = sum
    sum += count
  }
  return starts
}

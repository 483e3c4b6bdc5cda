const clearCode = 256
const endCode = 257
const firstFree = 258
const mostCodes = 4096

/** Strings are slices of what came out already: where each code's begins, and how long it is. */
class LzwTable {
  private readonly starts = new Int32Array(mostCodes)
  private readonly lengths = new Int32Array(mostCodes)
  private next = firstFree
  private previous = -1

  /** Bits of the next code; one wider a code before it must be, as TIFF has it. */
  get width(): number {
    if (this.next < 511) return 9
    if (this.next < 1023) return 10
    return this.next < 2047 ? 11 : 12
  }

  clear(): void {
    this.next = firstFree
    this.previous = -1
  }

  /** Place and length of a code's string, `to` bytes being out; null for a code that cannot be. Byte codes have no place. */
  find(code: number, to: number): { from: number; length: number } | null {
    if (code < 256) return { from: -1, length: 1 }
    if (this.previous < 0 || code > this.next) return null
    // The code about to be defined is the previous string and its first byte again.
    if (code === this.next) return { from: to - this.lengthOf(this.previous), length: this.lengthOf(this.previous) + 1 }
    return { from: this.starts[code], length: this.lengths[code] }
  }

  /** The previous string and the first byte of this one, which begins at `start`, become a new code. */
  define(code: number, start: number): void {
    if (this.previous >= 0 && this.next < mostCodes) {
      const length = this.lengthOf(this.previous)
      this.starts[this.next] = start - length
      this.lengths[this.next] = length + 1
      this.next++
    }
    this.previous = code
  }

  private lengthOf(code: number): number {
    return code < 256 ? 1 : this.lengths[code]
  }
}

/**
 * TIFF's LZW: codes of 9 to 12 bits, most significant bit first.
 * Stops after `length` bytes, at the end code, or at a code that cannot be. Source: TIFF 6.0, section 13.
 */
export function unpackLzw(packed: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  const table = new LzwTable()
  let to = 0
  let bit = 0
  while (to < length && bit + table.width <= packed.length * 8) {
    const code = codeAt(packed, bit, table.width)
    bit += table.width
    if (code === endCode) break
    if (code === clearCode) {
      table.clear()
      continue
    }
    const found = table.find(code, to)
    if (found === null) break
    const start = to
    const end = Math.min(length, to + found.length)
    for (let from = found.from; to < end; from++) bytes[to++] = code < 256 ? code : bytes[from]
    table.define(code, start)
  }
  return bytes.subarray(0, to)
}

function codeAt(bytes: Uint8Array, bit: number, width: number): number {
  const at = bit >> 3
  const three = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
  return (three >> (24 - width - (bit & 7))) & ((1 << width) - 1)
}

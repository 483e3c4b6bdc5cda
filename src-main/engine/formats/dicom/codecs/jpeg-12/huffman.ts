import { Fault } from '@engine/fault'

/** A Huffman table for decoding by code length. Source: ITU-T T.81 annexes C and F.2.2.3. */
export interface HuffmanTable {
  /** Largest code of each length 1…16, −1 where there is none. */
  readonly largest: Int32Array
  /** What to add to a code of that length to find its symbol. */
  readonly shift: Int32Array
  readonly symbols: Uint8Array
}

/** Builds a table from the 16 counts and the symbols of a DHT segment. */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const largest = new Int32Array(17).fill(-1)
  const shift = new Int32Array(17)
  let code = 0
  let used = 0
  for (let length = 1; length <= 16; length++) {
    shift[length] = used - code
    code += counts[length - 1]
    used += counts[length - 1]
    if (counts[length - 1] > 0) largest[length] = code - 1
    code <<= 1
  }
  return { largest, shift, symbols }
}

/** Bits of an entropy-coded segment: stuffed zeros removed, markers not crossed. */
export class BitReader {
  private buffer = 0
  private available = 0
  /** Bits made up after the data ended. */
  private invented = 0

  constructor(
    private readonly bytes: Uint8Array,
    public position: number
  ) {}

  /** `count` bits, the first read in the highest place; at most 16. */
  read(count: number): number {
    while (this.available < count) this.fill()
    this.available -= count
    return (this.buffer >>> this.available) & ((1 << count) - 1)
  }

  /** The next symbol of a table. Throws Fault `bad-image` for a code that is in no table. */
  symbol(table: HuffmanTable): number {
    let code = 0
    for (let length = 1; length <= 16; length++) {
      code = (code << 1) | this.read(1)
      if (table.largest[length] >= 0 && code <= table.largest[length])
        return table.symbols[code + table.shift[length]] ?? 0
    }
    throw new Fault('bad-image', 'the entropy-coded data is damaged')
  }

  /** A value of `size` bits, the upper half positive. Source: T.81 F.2.2.1, EXTEND. */
  signed(size: number): number {
    if (size === 0) return 0
    const value = this.read(size)
    return value < 2 ** (size - 1) ? value - 2 ** size + 1 : value
  }

  /** Drops the bits left of the current byte and steps over a restart marker. */
  restart(): void {
    this.buffer = 0
    this.available = 0
    while (this.position + 1 < this.bytes.length) {
      const marker = this.bytes[this.position + 1]
      if (this.bytes[this.position] === 0xff && marker >= 0xd0 && marker <= 0xd7) {
        this.position += 2
        return
      }
      if (this.bytes[this.position] === 0xff && marker === 0xd9) return
      this.position++
    }
  }

  private fill(): void {
    const byte = this.bytes[this.position]
    const ended = byte === undefined || (byte === 0xff && this.bytes[this.position + 1] !== 0)
    if (ended) {
      this.invented += 8
      // A whole block beyond the end means that the picture was cut off, not merely padded.
      if (this.invented > 4096) throw new Fault('bad-image', 'the entropy-coded data ends too early')
    } else this.position += byte === 0xff ? 2 : 1
    this.buffer = ((this.buffer << 8) | (ended ? 0 : byte)) & 0xffffff
    this.available += 8
  }
}

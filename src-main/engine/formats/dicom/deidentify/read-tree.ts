import { Fault } from '@engine/fault'
import type { AttributeDictionary } from '@engine/formats/dicom/attribute-dictionary'
import {
  itemEnd,
  itemTag,
  longForms,
  pixelDataTag,
  sequenceEnd,
  type TreeCoding,
  type TreeElement,
  type TreeItem,
  undefinedLength
} from './element-tree'

/** Sequences within sequences; real objects stay below 15. */
const deepest = 64

export interface TreeSource {
  readonly bytes: Uint8Array
  readonly coding: TreeCoding
  readonly dictionary: AttributeDictionary
  /** File name, for messages. */
  readonly name: string
}

/**
 * A whole data set as a tree. Strict: what cannot be understood cannot be de-identified.
 * Throws Fault `bad-file` for lengths past the end, unknown VRs, items out of place or nesting past 64.
 */
export function readTree(source: TreeSource): TreeItem {
  const reader = new TreeReader(source, source.bytes, source.coding)
  const elements = reader.elements(source.bytes.length, false, 0)
  return { elements, open: false }
}

const emptyValue = new Uint8Array(0)

interface Head {
  readonly tag: number
  readonly vr: string
  readonly meaning: string
  readonly length: number
}

class TreeReader {
  private position = 0
  private readonly view: DataView
  private readonly little: boolean

  constructor(
    private readonly source: TreeSource,
    private readonly bytes: Uint8Array,
    private readonly coding: TreeCoding
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.little = !coding.bigEndian
  }

  /** Elements up to `end`, or up to an item delimiter when the item is open. */
  elements(end: number, open: boolean, depth: number): TreeElement[] {
    const found: TreeElement[] = []
    while (this.position < end) {
      if (open && this.peekTag(end) === itemEnd) {
        this.position += 8
        return found
      }
      found.push(this.element(end, depth))
    }
    if (open) throw this.broken('an item is not closed')
    return found
  }

  private element(end: number, depth: number): TreeElement {
    const head = this.head(end)
    const { tag, vr, meaning, length } = head
    const open = length === undefinedLength
    if (open && (tag === pixelDataTag || vr === 'OB' || vr === 'OW')) {
      return { tag, vr, meaning, value: this.fragments(end), items: null, open }
    }
    if (!open && length > end - this.position) throw this.broken('an element is longer than what is left of it')
    if (open || meaning === 'SQ') return this.sequence(head, end, depth)
    const value = this.bytes.subarray(this.position, this.position + length)
    this.position += length
    return { tag, vr, meaning, value, items: null, open: false }
  }

  /** A sequence whose VR is written as UN holds implicit little endian. Source: DICOM PS3.5 section 6.2.2. */
  private sequence({ tag, vr, length }: Head, end: number, depth: number): TreeElement {
    if (depth >= deepest) throw this.broken('its sequences are nested too deeply')
    const open = length === undefinedLength
    const packed = vr === 'UN' && this.coding.explicit
    if (packed && this.coding.bigEndian)
      throw this.broken('it holds a little-endian sequence among big-endian elements')
    const inner = packed ? new TreeReader(this.source, this.bytes, { explicit: false, bigEndian: false }) : this
    inner.position = this.position
    const items = inner.items(open ? end : this.position + length, open, depth + 1)
    this.position = inner.position
    return { tag, vr: 'SQ', meaning: 'SQ', value: emptyValue, items, open }
  }

  private items(end: number, open: boolean, depth: number): TreeItem[] {
    const items: TreeItem[] = []
    while (this.position < end) {
      const tag = this.peekTag(end)
      const length = this.view.getUint32(this.position + 4, this.little)
      this.position += 8
      if (open && tag === sequenceEnd) return items
      if (tag !== itemTag) throw this.broken('a sequence does not hold items')
      const openItem = length === undefinedLength
      if (!openItem && length > end - this.position) throw this.broken('an item is longer than its sequence')
      items.push({ elements: this.elements(openItem ? end : this.position + length, openItem, depth), open: openItem })
    }
    if (open) throw this.broken('a sequence is not closed')
    return items
  }

  /** Encapsulated pixels as they are, with the delimiter. */
  private fragments(end: number): Uint8Array {
    const start = this.position
    while (this.position + 8 <= end) {
      const tag = this.peekTag(end)
      const length = this.view.getUint32(this.position + 4, this.little)
      this.position += 8
      if (tag === sequenceEnd) return this.bytes.subarray(start, this.position)
      if (tag !== itemTag || length > end - this.position) break
      this.position += length
    }
    throw this.broken('its compressed pixels are cut off')
  }

  private head(end: number): Head {
    const tag = this.peekTag(end)
    const known = this.source.dictionary.get(tag)?.vr ?? ((tag & 0xffff) === 0 ? 'UL' : 'UN')
    if (!this.coding.explicit) {
      const length = this.view.getUint32(this.position + 4, this.little)
      this.position += 8
      const meaning = length === undefinedLength && tag !== pixelDataTag ? 'SQ' : known
      return { tag, vr: meaning === 'ox' ? 'UN' : meaning, meaning, length }
    }
    const vr = String.fromCharCode(this.bytes[this.position + 4], this.bytes[this.position + 5])
    if (!/^[A-Z]{2}$/.test(vr)) throw this.broken('an element has no readable type')
    const long = longForms.has(vr)
    if (long && this.position + 12 > end) throw this.broken('it ends in the middle of an element')
    const length = long
      ? this.view.getUint32(this.position + 8, this.little)
      : this.view.getUint16(this.position + 6, this.little)
    this.position += long ? 12 : 8
    return { tag, vr, meaning: vr === 'UN' ? known : vr, length }
  }

  private peekTag(end: number): number {
    if (this.position + 8 > end) throw this.broken('it ends in the middle of an element')
    const group = this.view.getUint16(this.position, this.little)
    const element = this.view.getUint16(this.position + 2, this.little)
    return ((group << 16) | element) >>> 0
  }

  private broken(reason: string): Fault {
    const { name } = this.source
    return new Fault(
      'bad-file',
      `“${name}” cannot be de-identified, because it cannot be understood whole: ${reason}.`,
      {
        subject: name,
        hint: 'Export or copy the file again from its source.'
      }
    )
  }
}

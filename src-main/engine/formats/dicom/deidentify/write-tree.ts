import { Fault } from '@engine/fault'
import {
  itemEnd,
  itemTag,
  longForms,
  sequenceEnd,
  type TreeCoding,
  type TreeElement,
  type TreeItem,
  undefinedLength
} from './element-tree'

/** A data set's bytes in its own coding; sequences keep their form of length, stated lengths are computed anew. Throws Fault `too-large`. */
export function writeTree(root: TreeItem, coding: TreeCoding): Uint8Array {
  return joined(elementChunks(root.elements, coding))
}

/** Many pieces as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(lengthOf(chunks))
  let position = 0
  for (const chunk of chunks) {
    whole.set(chunk, position)
    position += chunk.length
  }
  return whole
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}

function elementChunks(elements: readonly TreeElement[], coding: TreeCoding): Uint8Array[] {
  return elements.flatMap((element) => {
    const body = element.items === null ? [padded(element)] : itemChunks(element.items, coding)
    const length = element.open ? undefinedLength : lengthOf(body)
    const end = element.open && element.items !== null ? [mark(sequenceEnd, 0, coding)] : []
    return [headOf(element, length, coding), ...body, ...end]
  })
}

function itemChunks(items: readonly TreeItem[], coding: TreeCoding): Uint8Array[] {
  return items.flatMap((item) => {
    const body = elementChunks(item.elements, coding)
    const length = item.open ? undefinedLength : lengthOf(body)
    return [mark(itemTag, length, coding), ...body, ...(item.open ? [mark(itemEnd, 0, coding)] : [])]
  })
}

const textual: ReadonlySet<string> = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UR UT'.split(' '))

/** Values have even length; old writers left some odd. */
function padded({ value, meaning }: TreeElement): Uint8Array {
  if (value.length % 2 === 0) return value
  const even = new Uint8Array(value.length + 1)
  even.set(value)
  even[value.length] = textual.has(meaning) ? 0x20 : 0
  return even
}

function headOf({ tag, vr }: TreeElement, length: number, coding: TreeCoding): Uint8Array {
  if (!coding.explicit) return mark(tag, length, coding)
  const long = longForms.has(vr)
  const head = new Uint8Array(long ? 12 : 8)
  const view = new DataView(head.buffer)
  view.setUint16(0, tag >>> 16, !coding.bigEndian)
  view.setUint16(2, tag & 0xffff, !coding.bigEndian)
  head[4] = vr.charCodeAt(0)
  head[5] = vr.charCodeAt(1)
  if (long) view.setUint32(8, length, !coding.bigEndian)
  else view.setUint16(6, shortLength(length), !coding.bigEndian)
  return head
}

function shortLength(length: number): number {
  if (length <= 0xffff) return length
  throw new Fault('too-large', 'A value grew longer than its type allows.')
}

function mark(tag: number, length: number, { bigEndian }: TreeCoding): Uint8Array {
  const view = new DataView(new ArrayBuffer(8))
  view.setUint16(0, tag >>> 16, !bigEndian)
  view.setUint16(2, tag & 0xffff, !bigEndian)
  view.setUint32(4, length, !bigEndian)
  return new Uint8Array(view.buffer)
}

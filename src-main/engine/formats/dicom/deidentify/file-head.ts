import { writeTree } from './write-tree'
import type { TreeElement } from './element-tree'
import { implementationClassUid } from '@engine/formats/dicom/writing/uid'
import { asciiBytes } from './value-text'

export interface FileHeadFacts {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
}

/** 128 zero bytes, DICM and new file meta information: nothing of the old one stays. Source: DICOM PS3.10 section 7.1. */
export function fileHead(facts: FileHeadFacts): Uint8Array {
  const meta = [
    bytesElement(0x00020001, new Uint8Array([0, 1])),
    uidElement(0x00020002, facts.sopClassUid),
    uidElement(0x00020003, facts.sopInstanceUid),
    uidElement(0x00020010, facts.transferSyntaxUid),
    uidElement(0x00020012, implementationClassUid)
  ]
  const coding = { explicit: true, bigEndian: false }
  const body = writeTree({ elements: meta, open: false }, coding)
  const length = new Uint8Array(Uint32Array.from([body.length]).buffer)
  const group = writeTree(
    { elements: [{ tag: 0x00020000, vr: 'UL', meaning: 'UL', value: length, items: null, open: false }], open: false },
    coding
  )
  const head = new Uint8Array(132 + group.length + body.length)
  head.set(asciiBytes('DICM'), 128)
  head.set(group, 132)
  head.set(body, 132 + group.length)
  return head
}

function uidElement(tag: number, uid: string): TreeElement {
  return { tag, vr: 'UI', meaning: 'UI', value: asciiBytes(uid), items: null, open: false }
}

function bytesElement(tag: number, value: Uint8Array): TreeElement {
  return { tag, vr: 'OB', meaning: 'OB', value, items: null, open: false }
}

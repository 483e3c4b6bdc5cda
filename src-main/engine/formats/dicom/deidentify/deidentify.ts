import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { Fault } from '@engine/fault'
import type { AttributeDictionary } from '@engine/formats/dicom/attribute-dictionary'
import { readFileMeta } from '@engine/formats/dicom/file-meta'
import { bareCoding, dicomLayout } from '@engine/formats/dicom/layout'
import {
  deflatedLittleEndian,
  explicitBigEndian,
  explicitLittleEndian,
  implicitLittleEndian
} from '@engine/formats/dicom/transfer-syntax'
import { unpackedLimit } from '@engine/formats/gzip'
import type { SourceFile } from '@engine/formats/source-file'
import { applyProfile, type Tally } from './apply-profile'
import { burnedInReason, mayShowFace } from './burned-in'
import { pixelDataTag, type TreeCoding, type TreeElement, type TreeItem } from './element-tree'
import { fileHead } from './file-head'
import { identityWords } from './clean-text'
import { type SubjectFacts, subjectFacts } from './identity-of'
import { type PixelComments, pixelComments } from './pixel-comments'
import { methodElements } from './method-elements'
import type { ProfileOptions } from './profile-action'
import type { Pseudonyms } from './pseudonyms'
import { readTree } from './read-tree'
import { asciiBytes, latinText } from './value-text'
import { joined, writeTree } from './write-tree'

export interface DeidentifyOrder {
  readonly options: ProfileOptions
  readonly pseudonyms: Pseudonyms
  readonly dictionary: AttributeDictionary
  /** From `knownWords(dictionary)`. */
  readonly known: (word: string) => boolean
  /** The user has looked at the pixels and takes responsibility. */
  readonly acceptBurnedIn: boolean
  /** Version of Saliscope. */
  readonly version: string
}

export interface Deidentified {
  readonly bytes: Uint8Array
  /** New identifiers, safe to name files by. */
  readonly patient: string
  readonly studyUid: string
  readonly seriesUid: string
  readonly sopInstanceUid: string
  readonly tally: Tally
  /** Sentences about what remains a risk. */
  readonly remarks: readonly string[]
}

/**
 * A DICOM file without identity: Basic Application Level Confidentiality Profile with Clean Descriptors, Clean Graphics and Clean
 * Structured Content. The transfer syntax stays and pixel data is copied byte for byte. Source: DICOM PS3.15 Annex E.
 * Throws Fault `bad-file` for what cannot be understood whole, `unsupported-file` for directories and documents, `bad-image` when
 * text may be burned into the pixels and nobody accepted it.
 */
export function deidentifyDicom(source: SourceFile, order: DeidentifyOrder): Deidentified {
  const { body, coding, ownUid, statedUid } = dataSetOf(source)
  const root = readTree({ bytes: body, coding, dictionary: order.dictionary, name: source.name })
  requireInstance(root, source.name)
  const subject = subjectFacts(root)
  const comments = commentsOf(root)
  const burnedIn = burnedInReason(root) ?? namedInComments(comments, subject)
  if (burnedIn !== null && !order.acceptBurnedIn) throw burnedInFault(source.name, burnedIn)
  const tally: Tally = { removed: 0, emptied: 0, replaced: 0, uids: 0, cleaned: 0, dates: 0, kept: 0 }
  const cleaned = applyProfile(root, {
    ...order,
    identity: subject.words,
    characterSets: subject.characterSets,
    dayShift: order.pseudonyms.dayShift(subject.key),
    standard: (tag) => order.dictionary.has(tag),
    tally
  })
  const patient = order.pseudonyms.patient(subject.key)
  const elements = withMethod(named(cleaned, patient), methodElements(order.options, order.version))
  const uidOf = (tag: number): string =>
    latinText(elements.find((element) => element.tag === tag)?.value ?? new Uint8Array())
  const written = writeTree({ elements, open: false }, coding)
  // A header that contradicts its data set is put right, unless only the header tells how the pixels are compressed.
  const syntaxUid = elements.some(({ tag, open }) => tag === pixelDataTag && open) ? statedUid || ownUid : ownUid
  const dataSet = syntaxUid === deflatedLittleEndian ? deflated(written) : written
  return {
    bytes: joined([
      fileHead({ sopClassUid: uidOf(0x00080016), sopInstanceUid: uidOf(0x00080018), transferSyntaxUid: syntaxUid }),
      dataSet
    ]),
    patient,
    studyUid: uidOf(0x0020000d),
    seriesUid: uidOf(0x0020000e),
    sopInstanceUid: uidOf(0x00080018),
    tally,
    remarks: remarksOf(root, burnedIn, comments)
  }
}

function commentsOf(root: TreeItem): PixelComments {
  const pixels = root.elements.find(({ tag, open }) => tag === pixelDataTag && open)
  return pixels === undefined ? { bytes: 0, text: '' } : pixelComments(pixels.value)
}

/** A comment between the compressed pixels that names somebody is as bad as a name burned into them. */
function namedInComments({ text }: PixelComments, { words }: SubjectFacts): string | null {
  return identityWords(text).some((word) => words.has(word))
    ? 'a comment among its compressed pixels names somebody'
    : null
}

function remarksOf(root: TreeItem, burnedIn: string | null, comments: PixelComments): string[] {
  return [
    ...(comments.bytes === 0
      ? []
      : [`${comments.bytes} bytes of comments among its compressed pixels were not changed`]),
    ...(burnedIn === null ? [] : [`exported although ${burnedIn}; its pixels were not cleaned`]),
    ...(mayShowFace(root) ? ['a face may be rebuilt from its voxels; they were not changed'] : [])
  ]
}

interface DataSetBytes {
  readonly body: Uint8Array
  readonly coding: TreeCoding
  /** Transfer syntax that fits the data set. */
  readonly ownUid: string
  /** Transfer syntax of the header, '' without one. */
  readonly statedUid: string
}

/** The data set, inflated if need be, with its coding; a file without header is taken by its first element. */
function dataSetOf({ bytes, name }: SourceFile): DataSetBytes {
  const layout = dicomLayout(bytes)
  if (layout === null)
    throw new Fault('unsupported-file', `“${name}” is no DICOM file.`, {
      subject: name,
      hint: 'Only DICOM files can be de-identified.'
    })
  const meta = layout.hasMeta ? readFileMeta(bytes, layout.start) : { transferSyntaxUid: '', end: layout.start }
  const packed = meta.transferSyntaxUid === deflatedLittleEndian
  const body = packed ? inflated(bytes.subarray(meta.end), name) : bytes.subarray(meta.end)
  const seen = bareCoding(body, 0)
  const stated =
    meta.transferSyntaxUid === implicitLittleEndian
      ? 'implicit'
      : meta.transferSyntaxUid === explicitBigEndian
        ? 'big-endian'
        : 'explicit'
  const found = seen ?? stated
  const own = { implicit: implicitLittleEndian, 'big-endian': explicitBigEndian, explicit: explicitLittleEndian }[found]
  return {
    body,
    coding: { explicit: found !== 'implicit', bigEndian: found === 'big-endian' },
    ownUid: found === stated && meta.transferSyntaxUid !== '' ? meta.transferSyntaxUid : own,
    statedUid: meta.transferSyntaxUid
  }
}

function inflated(packed: Uint8Array, name: string): Uint8Array {
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: unpackedLimit(packed.length) }))
  } catch (cause) {
    throw new Fault('bad-file', `“${name}” cannot be unpacked.`, {
      subject: name,
      hint: 'It is damaged, or made to fill the memory.',
      cause
    })
  }
}

function deflated(dataSet: Uint8Array): Uint8Array {
  const packed = deflateRawSync(dataSet)
  return joined([packed, new Uint8Array(packed.length % 2)])
}

const directoryClass = '1.2.840.10008.1.3.10'
/** Encapsulated PDF, CDA, STL, OBJ, MTL; audio. */
const documentClass = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.104\.\d+$/

function requireInstance(root: TreeItem, name: string): void {
  const sopClass = latinText(root.elements.find(({ tag }) => tag === 0x00080016)?.value ?? new Uint8Array())
  const fault = (what: string, hint: string): Fault =>
    new Fault('unsupported-file', `“${name}” ${what}`, { subject: name, hint })
  if (sopClass === directoryClass || root.elements.some(({ tag }) => tag === 0x00041220)) {
    throw fault(
      'is a directory of a medium: it lists names and would name files that no longer exist.',
      'The images it lists are exported without it.'
    )
  }
  if (documentClass.test(sopClass) || root.elements.some(({ tag }) => tag === 0x00420011)) {
    throw fault('holds a document, whose text cannot be cleaned.', 'Leave it out, or clean the document itself.')
  }
}

function burnedInFault(name: string, reason: string): Fault {
  return new Fault('bad-image', `“${name}” was not exported: ${reason}.`, {
    subject: name,
    hint: 'Look at the pixels. When they show no name, export with --accept-burned-in; pixels are never cleaned here.'
  })
}

/** The patient's pseudonym as name and id. */
function named(root: TreeItem, patient: string): TreeElement[] {
  return root.elements.map((element) =>
    element.tag === 0x00100010 || element.tag === 0x00100020 ? { ...element, value: asciiBytes(patient) } : element
  )
}

function withMethod(elements: readonly TreeElement[], method: readonly TreeElement[]): TreeElement[] {
  const replaced = new Set(method.map(({ tag }) => tag))
  return [...elements.filter(({ tag }) => !replaced.has(tag)), ...method].sort(
    (first, second) => first.tag - second.tag
  )
}

import * as v from 'valibot'
import { ReadingRecord, StudyReader, StudySegment } from '@shared/reading-study'
import { Uptake } from '@shared/uptake'

const Hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u))
const Length = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))
const Finite = v.pipe(v.number(), v.finite())
const Three = v.tuple([Finite, Finite, Finite])
const Title = v.pipe(v.string(), v.minLength(1), v.maxLength(120))
const Key = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,64}$/u))

/** Names of the files in a package: nothing else is ever unpacked, and none is a path to write to. */
export const packageFiles =
  /^(manifest\.json|audit\.jsonl|images\/\d{6}\.raw|outlines\/\d{6}-(first|after-map)\.json)$/u

/** An assignment is sealed with a key that everybody knows: only changes on the way are to be found. */
export const assignmentKey: Uint8Array = new TextEncoder().encode('saliscope assignment')

export const imageFile = (index: number): string => `images/${String(index + 1).padStart(6, '0')}.raw`
export const outlineFile = (reading: number, kind: 'first' | 'after-map'): string =>
  `outlines/${String(reading).padStart(6, '0')}-${kind}.json`

export const voxelTypes = ['uint8', 'int16', 'uint16', 'int32', 'float32'] as const

/** An image as a reader needs it: voxels and geometry, no name, no date, no UID, no file. */
export const PackedImage = v.strictObject({
  sha256: Hash,
  size: v.tuple([Length, Length, Length]),
  samples: v.picklist([1, 3]),
  voxels: v.picklist(voxelTypes),
  affine: v.pipe(v.array(Finite), v.length(16)),
  spacingMm: v.nullable(Three),
  oriented: v.boolean(),
  patientOrientation: v.nullable(v.tuple([v.pipe(v.string(), v.maxLength(4)), v.pipe(v.string(), v.maxLength(4))])),
  atDetector: v.boolean(),
  /** "HU", "stored value": never free text of a header. */
  unit: v.pipe(v.string(), v.regex(/^[A-Za-z0-9 /%µ²³.^*()_-]{0,32}$/u)),
  /** Of a PET alone. */
  uptake: v.optional(Uptake),
  photometric: v.picklist(['MONOCHROME1', 'MONOCHROME2', 'RGB', 'PALETTE']),
  bitsStored: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  window: v.nullable(v.strictObject({ center: Finite, width: Finite })),
  modality: v.pipe(v.string(), v.regex(/^[A-Z0-9]{0,16}$/u))
})
export type PackedImage = v.InferOutput<typeof PackedImage>

const common = {
  format: v.literal('saliscope-reading'),
  version: v.literal(1),
  study: v.strictObject({ id: Key, title: Title }),
  reader: StudyReader
}

/** What an organiser hands to a reader. */
export const AssignmentManifest = v.strictObject({
  ...common,
  kind: v.literal('assignment'),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
  askCertainty: v.boolean(),
  idleSeconds: v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(3600)),
  segments: v.pipe(v.array(StudySegment), v.minLength(1), v.maxLength(64)),
  listedOnly: v.optional(v.boolean(), false),
  images: v.pipe(v.array(PackedImage), v.minLength(1), v.maxLength(100_000)),
  /** Index of the image of each reading, in the order of this reader. */
  readings: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.minLength(1), v.maxLength(200_000)),
  /** Seals what comes back: whoever has not seen this package cannot write it. */
  returnKey: Hash
})
export type AssignmentManifest = v.InferOutput<typeof AssignmentManifest>

/** What a reader brings back. */
export const ReturnManifest = v.strictObject({
  ...common,
  kind: v.literal('return'),
  /** SHA-256 of the package it answers. */
  assignment: Hash,
  saliscope: v.pipe(v.string(), v.maxLength(40)),
  records: v.pipe(v.array(ReadingRecord), v.maxLength(200_000))
})
export type ReturnManifest = v.InferOutput<typeof ReturnManifest>

export const PackageManifest = v.variant('kind', [AssignmentManifest, ReturnManifest])

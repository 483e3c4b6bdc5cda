import type { DataSet } from 'dicom-parser'
import { number, sequenceItems, text } from '@engine/formats/dicom/elements'
import { lookupTable, type LookupTable } from '@engine/formats/dicom/lookup-table'
import type { StoredSamples } from '@engine/formats/dicom/native-frames'
import { tag } from '@engine/formats/dicom/tags'
import { uptakeUnit } from '@engine/formats/dicom/uptake'
import type { Voxels } from '@engine/geometry/volume'

/** Output = stored · slope + intercept. */
export interface LinearRescale {
  readonly slope: number
  readonly intercept: number
}

export interface Rescale {
  /** One per frame, or a single one for all. */
  readonly linear: readonly LinearRescale[]
  readonly lookup: LookupTable | null
  /** Words for a value: "HU", "stored value"… */
  readonly unit: string
}

const identity: LinearRescale = { slope: 1, intercept: 0 }

/** The modality transform of a file: its LUT, else per-frame, else one slope and intercept. Warnings tell of impossible values. */
export function rescaleOf(dataSet: DataSet, frames: number, warnings: string[]): Rescale {
  const lookup = modalityLookup(dataSet)
  if (lookup !== null) return { linear: [identity], lookup, unit: unitOf(text(dataSet, tag.RescaleType), true) }
  const shared = sequenceItems(dataSet, tag.SharedFunctionalGroupsSequence)[0]
  const common = transformation(shared) ?? plainRescale(dataSet)
  const perFrame = sequenceItems(dataSet, tag.PerFrameFunctionalGroupsSequence).map(transformation)
  const varies = perFrame.some((entry) => entry !== null)
  const linear = varies
    ? Array.from({ length: frames }, (_, frame) => perFrame[frame] ?? common ?? identity)
    : [common ?? identity]
  const checked = linear.map((entry) => usable(entry, warnings))
  const stated = uptakeUnit(dataSet) || text(dataSet, tag.RescaleType) || rescaleType(shared)
  const ct = text(dataSet, tag.Modality) === 'CT' && (varies || common !== null)
  return { linear: checked, lookup: null, unit: unitOf(stated || (ct ? 'HU' : ''), varies || common !== null) }
}

/** The transform for some frames only; null: all. */
export function rescaleOfFrames(rescale: Rescale, frames: readonly number[] | null): Rescale {
  if (frames === null || rescale.linear.length === 1) return rescale
  return { ...rescale, linear: frames.map((frame) => rescale.linear[frame]) }
}

/**
 * Applies the transform in float64 and rounds once to float32.
 * 8- and 16-bit values stay whole numbers where nothing is lost: slope 1 and an intercept that keeps them within 16 bits.
 * 16-bit values are changed in place: a copy of a large image would cost as much memory again.
 */
export function rescaled(stored: StoredSamples, rescale: Rescale): Voxels {
  if (rescale.lookup !== null) return lookedUp(stored, rescale.lookup)
  const [first] = rescale.linear
  const same = rescale.linear.every((entry) => entry.slope === first.slope && entry.intercept === first.intercept)
  if (same && first.slope === 1) {
    const whole = shifted(stored, first.intercept)
    if (whole !== null) return whole
  }
  const values = new Float32Array(stored.length)
  const frameLength = stored.length / rescale.linear.length
  for (let index = 0; index < stored.length; index++) {
    const { slope, intercept } = same ? first : rescale.linear[Math.floor(index / frameLength)]
    values[index] = stored[index] * slope + intercept
  }
  return values
}

/** Whole numbers plus a whole intercept, in the narrowest of the voxel types; null when that would lose something. */
function shifted(stored: StoredSamples, intercept: number): Voxels | null {
  if (!Number.isInteger(intercept)) return null
  if (intercept === 0) {
    if (stored instanceof Uint8Array || stored instanceof Int16Array || stored instanceof Uint16Array) return stored
    if (stored instanceof Float32Array) return stored
    return stored instanceof Int8Array ? new Int16Array(stored) : null
  }
  if (!(stored instanceof Int16Array || stored instanceof Uint16Array || stored instanceof Uint8Array)) return null
  const { low, high } = extent(stored)
  if (low + intercept >= -32768 && high + intercept <= 32767) return plus(sameBits(stored, Int16Array), intercept)
  if (low + intercept >= 0 && high + intercept <= 65535) return plus(sameBits(stored, Uint16Array), intercept)
  return null
}

/** 16-bit values under another sign without a copy, 8-bit ones widened. */
function sameBits<Samples extends Int16Array | Uint16Array>(
  stored: Int16Array | Uint16Array | Uint8Array,
  type: new (values: ArrayBufferLike | ArrayLike<number>, offset?: number, length?: number) => Samples
): Samples {
  return stored instanceof Uint8Array ? new type(stored) : new type(stored.buffer, stored.byteOffset, stored.length)
}

/** Adds in place; 16-bit wrap-around makes the sum right also where the copy had wrapped. */
function plus<Samples extends Int16Array | Uint16Array>(samples: Samples, intercept: number): Samples {
  for (let index = 0; index < samples.length; index++) samples[index] += intercept
  return samples
}

function extent(values: Int16Array | Uint16Array | Uint8Array): { low: number; high: number } {
  let low = Infinity
  let high = -Infinity
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (value < low) low = value
    if (value > high) high = value
  }
  return { low, high }
}

function lookedUp(stored: StoredSamples, lookup: LookupTable): Float32Array {
  const values = new Float32Array(stored.length)
  const last = lookup.entries.length - 1
  for (let index = 0; index < stored.length; index++) {
    const entry = stored[index] - lookup.first
    values[index] = lookup.entries[entry < 0 ? 0 : entry > last ? last : entry]
  }
  return values
}

function modalityLookup(dataSet: DataSet): LookupTable | null {
  const item = sequenceItems(dataSet, tag.ModalityLUTSequence)[0]
  return item === undefined ? null : lookupTable(item, number(dataSet, tag.PixelRepresentation, 'US') === 1)
}

function transformation(groups: DataSet | undefined): LinearRescale | null {
  if (groups === undefined) return null
  const item = sequenceItems(groups, tag.PixelValueTransformationSequence)[0]
  return item === undefined ? null : plainRescale(item)
}

function rescaleType(groups: DataSet | undefined): string {
  if (groups === undefined) return ''
  const item = sequenceItems(groups, tag.PixelValueTransformationSequence)[0]
  return item === undefined ? '' : text(item, tag.RescaleType)
}

function plainRescale(dataSet: DataSet): LinearRescale | null {
  const slope = number(dataSet, tag.RescaleSlope, 'DS')
  const intercept = number(dataSet, tag.RescaleIntercept, 'DS')
  if (slope === undefined && intercept === undefined) return null
  return { slope: slope ?? 1, intercept: intercept ?? 0 }
}

function usable(rescale: LinearRescale, warnings: string[]): LinearRescale {
  if (Number.isFinite(rescale.slope) && rescale.slope !== 0 && Number.isFinite(rescale.intercept)) return rescale
  const words = 'The rescale slope or intercept is zero or unreadable; stored values are shown instead.'
  if (!warnings.includes(words)) warnings.push(words)
  return identity
}

function unitOf(rescaleType: string, transformed: boolean): string {
  if (!transformed) return 'stored value'
  return rescaleType === '' || rescaleType === 'US' ? 'rescaled value' : rescaleType
}

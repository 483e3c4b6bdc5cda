import type { FrameMoment } from '@engine/formats/dicom/frame-moment'
import { heightOf, type Slice } from '@engine/formats/series/slice'
import type { Vector } from '@engine/geometry/affine'

/** Slices closer than this along the normal, in millimetres, lie at the same place: never more than a share of the stated step, as in micro-CT. */
const samePlaceMm = 1e-3
const samePlaceShare = 0.01

/** One volume of a series with several slices at each place: what was the same in all of its slices, in words. */
export interface MomentStack {
  /** Sorted along the normal. */
  readonly slices: readonly Slice[]
  /** "b = 1000 s/mm², direction 3 of 12"; '' when nothing had to be told apart. */
  readonly label: string
  /** Only some places were filled twice: these slices are the surplus of a series that is otherwise whole. */
  readonly surplus: boolean
}

/** A way in which slices at one place may differ. */
interface MomentAxis {
  readonly valueOf: (moment: FrameMoment) => number | string | null
  /** Words for one of `count` values, `index` from 0. */
  readonly words: (value: number | string | null, index: number, count: number) => string
}

const counted =
  (name: string) =>
  (_value: unknown, index: number, count: number): string =>
    `${name} ${index + 1} of ${count}`

const measured =
  (name: string, unit: string) =>
  (value: unknown, index: number, count: number): string =>
    value === null ? counted(name)(value, index, count) : `${name} ${index + 1} of ${count} (${String(value)} ${unit})`

/** In the order in which they are tried: the finest description that a reader knows by name comes first. */
const axes: readonly MomentAxis[] = [
  { valueOf: (moment) => moment.imageType, words: (value) => typeWords(String(value)) },
  { valueOf: (moment) => moment.bValue, words: (value) => (value === null ? 'no b-value' : `b = ${value} s/mm²`) },
  { valueOf: (moment) => moment.direction, words: counted('direction') },
  { valueOf: (moment) => moment.echoTimeMs, words: measured('echo', 'ms') },
  { valueOf: (moment) => moment.inversionTimeMs, words: measured('inversion', 'ms') },
  { valueOf: (moment) => moment.temporalPosition, words: counted('time') },
  { valueOf: (moment) => moment.cardiacPhase, words: measured('phase', '%') },
  { valueOf: (moment) => moment.triggerTimeMs, words: measured('phase', 'ms') },
  { valueOf: (moment) => moment.referenceTimeMs, words: measured('time', 'ms') },
  { valueOf: (moment) => moment.dimensions, words: counted('dimension') },
  { valueOf: (moment) => moment.acquisitionNumber, words: counted('acquisition') }
]

const componentWords: Readonly<Record<string, string>> = {
  M: 'magnitude',
  P: 'phase',
  R: 'real',
  I: 'imaginary',
  MAGNITUDE: 'magnitude',
  PHASE: 'phase',
  REAL: 'real',
  IMAGINARY: 'imaginary'
}

function typeWords(imageType: string): string {
  const values = imageType.split('\\').filter((value) => value !== '')
  const component = values.slice(2).find((value) => componentWords[value] !== undefined)
  return component === undefined ? `type ${values.join(' ').toLowerCase()}` : `${componentWords[component]} image`
}

/**
 * Slices of one group as one stack, or as several when slices lie at the same place: told apart by what the file says of
 * their acquisition (type, b-value, echo, time, phase …), and by their order where it says nothing.
 * A description is used only where it splits each place: one that differs from slice to slice says nothing about volumes.
 */
export function momentStacks(group: readonly Slice[], normal: Vector): MomentStack[] {
  return split({ slices: group, labels: [] }, axes, normal)
}

interface Part {
  readonly slices: readonly Slice[]
  readonly labels: readonly string[]
}

function split(part: Part, left: readonly MomentAxis[], normal: Vector): MomentStack[] {
  const places = placesOf(part.slices, normal)
  const most = places.reduce((longest, place) => Math.max(longest, place.length), 0)
  if (most < 2) return [{ slices: places.flat(), label: part.labels.join(', '), surplus: false }]
  const next = left.findIndex((axis) => tellsApart(axis, places, most))
  if (next < 0) return byOrder(places, most, part.labels)
  const axis = left[next]
  const values = [...new Set(part.slices.map((slice) => axis.valueOf(momentOf(slice))))].sort(compareValues)
  return values.flatMap((value, index) => {
    const slices = part.slices.filter((slice) => axis.valueOf(momentOf(slice)) === value)
    const labels = [...part.labels, axis.words(value, index, values.length)]
    return split({ slices, labels }, left.slice(next + 1), normal)
  })
}

/** Several values at some place, and no more of them in all than slices at the fullest place. */
function tellsApart(axis: MomentAxis, places: readonly Slice[][], most: number): boolean {
  const all = new Set(places.flat().map((slice) => axis.valueOf(momentOf(slice))))
  if (all.size < 2 || all.size > most) return false
  return places.some((place) => new Set(place.map((slice) => axis.valueOf(momentOf(slice)))).size > 1)
}

/** What no description tells apart: the first of every place, the second of every place … */
function byOrder(places: readonly Slice[][], most: number, labels: readonly string[]): MomentStack[] {
  for (const place of places) place.sort(compareInTime)
  const everywhere = places.every((place) => place.length === most)
  return Array.from({ length: most }, (_, time) => ({
    slices: places.flatMap((place) => (place[time] === undefined ? [] : [place[time]])),
    label: [...labels, `time ${time + 1} of ${most}`].join(', '),
    surplus: !everywhere && time > 0
  }))
}

function placesOf(slices: readonly Slice[], normal: Vector): Slice[][] {
  const sorted = slices
    .map((slice) => ({ slice, height: heightOf(slice, normal) }))
    .sort((first, second) => first.height - second.height)
  const [{ sliceStepMm, pixelSpacingMm }] = slices.map(({ geometry }) => geometry)
  const tolerance = Math.min(samePlaceMm, samePlaceShare * (sliceStepMm ?? pixelSpacingMm?.[0] ?? 1))
  const places: Slice[][] = []
  let here = -Infinity
  for (const { slice, height } of sorted) {
    if (height - here < tolerance) places[places.length - 1].push(slice)
    else {
      places.push([slice])
      here = height
    }
  }
  return places
}

function momentOf(slice: Slice): FrameMoment {
  return slice.image.moments[slice.frame]
}

function compareInTime(first: Slice, second: Slice): number {
  const [a, b] = [timesOf(first), timesOf(second)]
  const differing = a.findIndex((time, index) => time !== b[index])
  return differing < 0 ? 0 : a[differing] - b[differing]
}

/** What the order within a place goes by, the most telling first. */
function timesOf(slice: Slice): number[] {
  const { temporalPosition, triggerTimeMs, referenceTimeMs, acquisitionNumber, acquiredSeconds } = momentOf(slice)
  const said = [temporalPosition, triggerTimeMs, referenceTimeMs, acquisitionNumber, acquiredSeconds]
  return [...said.map((time) => time ?? 0), slice.image.header.instanceNumber, slice.frame]
}

/** Numbers by size, texts by the alphabet, what the file does not say first. */
function compareValues(first: number | string | null, second: number | string | null): number {
  if (typeof first === 'number' && typeof second === 'number') return first - second
  return String(first ?? '') < String(second ?? '') ? -1 : 1
}

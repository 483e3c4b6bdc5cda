import dictionary from '../../resources/labels/segments.json'
import type { Segment, SegmentCode } from '@shared/drawing'
import type { DrawingOperation } from '@shared/drawing-operations'
import type { PlanePoint } from '@shared/drawing/patch'
import { readIn } from '@shared/uptake'
import { freeColour } from '@shared/segment-colours'
import { atReading } from './at-reading.svelte'
import { readWords } from './catalogue-read'
import { bandAt, rangeOf } from './drawing-marks'
import { tools } from './drawing-tools.svelte'
import { drawing } from './drawing.svelte'
import { viewer } from './viewer.svelte'

export interface DictionaryEntry {
  readonly name: string
  readonly code: SegmentCode
  /** What is searched: all names and the code, in lower case. */
  readonly text: string
}

/** Findings first: they are what is outlined most. */
export const dictionaryEntries: readonly DictionaryEntry[] = dictionary.types
  .toSorted((one, other) => Number(other.kind === 'finding') - Number(one.kind === 'finding'))
  .flatMap(({ value, meaning, names, ...more }) => {
    const entry = (scheme: string, code: string): DictionaryEntry => ({
      name: meaning,
      code: { scheme, value: code, meaning },
      text: `${meaning} ${names.join(' ')} ${scheme} ${code}`.toLowerCase()
    })

    return [
      entry('SCT', value),
      ...('radlex' in more && more.radlex !== undefined ? [entry('RADLEX', more.radlex)] : [])
    ]
  })

/** A name with a code of the own behind it, `Nodule 7 [99LAB N07]`; the code is null where none is typed. */
export function typedName(typed: string): { name: string; code: SegmentCode | null } {
  const own = typed.trim()
  const [, name, scheme, value] = /^(.{1,64}?)\s*\[\s*(\S{1,16})\s+(\S{1,64})\s*\]$/u.exec(own) ?? []

  return name === undefined ? { name: own, code: null } : { name, code: { scheme, value, meaning: name } }
}

/** A name that is offered, with the colour a study gives it. */
export interface NameOffered {
  readonly name: string
  readonly code: SegmentCode | null
  readonly colour?: string
}

/** Findings of the study that is read, then entries of the dictionary, whose names or code hold all the words typed. */
export function namesOffered(typed: string): readonly NameOffered[] {
  const words = typed.trim().toLowerCase().split(/\s+/u).filter(Boolean)
  const fits = (text: string): boolean => words.every((word) => text.includes(word))
  const listed = listedFindings().filter(({ name, code }) => fits(`${name} ${code?.value ?? ''}`.toLowerCase()))
  if (onlyListed()) return listed
  const names = listed.map(({ name }) => name)

  return [...listed, ...dictionaryEntries.filter(({ text, name }) => fits(text) && !names.includes(name))]
}

/** What the study that is read asks to be outlined; empty outside a reading. */
const listedFindings = (): readonly NameOffered[] => atReading.open?.segments ?? []

/** Nothing but the findings of the study may be outlined. */
export const onlyListed = (): boolean => atReading.open?.listedOnly ?? false

/** Which segment is being named; asked once after the first stroke made one. */
class Naming {
  segment = $state<string | null>(null)
  /** A new one is to be named and added. */
  adding = $state(false)
  /** Asked for, so that the field takes the focus. */
  byHand = $state(false)

  rename(segment: string | null): void {
    this.byHand = true
    this.segment = segment
  }

  close(): void {
    this.segment = null
    this.adding = false
    this.byHand = false
  }
}

export const naming = new Naming()

const nextColour = (): string => freeColour(drawing.segments.map(({ colour }) => colour))

const freeName = (name: string): string => {
  const taken = new Set(drawing.segments.map((one) => one.name))
  for (let number = 2, free = name; ; number++) {
    if (!taken.has(free)) return free
    free = `${name} ${number}`
  }
}

let onItsWay: Promise<boolean> | null = null

/** Whether the segment that is being added was made: what is drawn meanwhile is meant for it. null: none is. */
export const segmentOnItsWay = (): Promise<boolean> | null => onItsWay

/** `colour`: that of the study's list, where it has one and it is free. */
export async function addSegment({ name, code, colour }: NameOffered): Promise<string | null> {
  const taken = drawing.segments.some((one) => one.colour.toLowerCase() === colour?.toLowerCase())
  const adding = drawing.changeSegment({
    action: 'add',
    name: freeName(name),
    colour: colour === undefined || taken ? nextColour() : colour,
    code
  })
  const added = adding.then((segment) => segment !== null)
  onItsWay = added
  const segment = await adding
  if (onItsWay === added) onItsWay = null

  return segment
}

/** Makes the first segment and asks, without holding anything up, which finding it is; a study with one finding has said so. */
export async function firstSegment(): Promise<boolean> {
  const listed = listedFindings()
  const known = listed.length === 1 || onlyListed() ? listed[0] : undefined
  const made = await addSegment(known ?? { name: readWords.segments.first, code: null })
  if (made !== null && listed.length !== 1) {
    naming.byHand = false
    naming.segment = made
  }

  return made !== null
}

/** Keeps a bounding box with the segment that is drawn; boxes mark no pixels. */
export function addBox(box: [number, number, number, number], slice: number): void {
  const segment = drawing.active
  if (segment === null) return
  const slices = drawing.grid?.slices ?? 1
  void drawing.changeSegment({
    action: 'change',
    segment: segment.segment,
    boxes: [...(segment.boxes ?? []), { slice, box }],
    words: readWords.names.slice(readWords.tools.box, slice, slices)
  })
}

export function removeBox(segment: Segment, index: number): void {
  void drawing.changeSegment({
    action: 'change',
    segment: segment.segment,
    boxes: (segment.boxes ?? []).filter((_, at) => at !== index),
    words: readWords.names.removeBox
  })
}

/** What hangs together with a place and has alike values comes into the segment. */
export function growFrom(point: PlanePoint, slice: number): void {
  const [image, grid, segment] = [viewer.image, drawing.grid, drawing.activeId]
  if (image === null || grid === null || segment === null) return
  const [column, row] = [Math.floor(point.x), Math.floor(point.y)]
  if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) return
  const around = bandAt(image, slice, point)
  const middle = (around.low + around.high) / 2
  const { tolerance, inSlice } = tools
  const half = tolerance === null ? null : tolerance / readIn(image).factor
  const own = half === null ? around : { low: middle - half, high: middle + half }
  const band = rangeOf(image) ?? own
  const action: DrawingOperation = {
    operation: 'grow-region',
    segment,
    voxel: [column, row, slice],
    band,
    reachMm: null,
    inSlice: inSlice || grid.slices === 1
  }
  void drawing.operate(action, readWords.tools.grow)
}

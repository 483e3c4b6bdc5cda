import type { DicomObject } from '@engine/formats/dicom/objects/dicom-object'
import { objectBoxes, objectMask } from '@engine/formats/dicom/objects/object-mask'
import type { OpenedSeries } from '@engine/formats/open-series'
import type { Volume } from '@engine/geometry/volume'
import type { CaseAttachment } from '@shared/case-parts'
import type { ReportedNumber } from '@shared/measuring'
import type { CaseEntry, CaseMask } from './case-shelf'

/** What the objects about a series add to its case. */
export type AttachedParts = Pick<CaseEntry, 'masks' | 'boxes'> & {
  readonly attached: readonly CaseAttachment[]
  readonly warnings: readonly string[]
  readonly numbers: readonly ReportedNumber[]
  readonly maps: readonly { readonly title: string; readonly path: string }[]
  readonly paths: readonly string[]
  /** The display window of a presentation state; null when there is none, or several. */
  readonly window: Volume['window']
}

/**
 * Outlines, boxes, maps and the window that objects lay on a series. A file is a reader: all its segments together are what it marks.
 * What Saliscope drew itself, and segments that are saliency maps, are listed as maps and never count as a reference standard.
 */
export function attachedParts(series: OpenedSeries): AttachedParts {
  const objects = series.attached ?? []
  const parts = objects.map((object) => partsOfObject(object, series))
  const windows = parts.flatMap(({ window }) => (window === null ? [] : [window]))
  return {
    masks: distinct(parts.flatMap(({ masks }) => masks)),
    boxes: parts.flatMap(({ boxes }) => boxes),
    attached: parts.flatMap(({ attached }) => attached),
    warnings: [
      ...parts.flatMap(({ warnings }) => warnings),
      ...(windows.length > 1
        ? [`${windows.length} presentation states ask for a window each; the image keeps its own.`]
        : [])
    ],
    maps: objects.flatMap(({ role, title, path }) => (role === 'Parametric Map' ? [{ title, path }] : [])),
    numbers: objects.flatMap(({ name, numbers }) => numbers.map((one) => ({ ...one, report: name }))),
    paths: objects.map(({ path }) => path),
    window: windows.length === 1 ? windows[0] : null
  }
}

const nothing: AttachedParts = {
  masks: [],
  boxes: [],
  attached: [],
  numbers: [],
  maps: [],
  warnings: [],
  paths: [],
  window: null
}

function partsOfObject(object: DicomObject, series: OpenedSeries): AttachedParts {
  switch (object.role) {
    case 'SEG':
    case 'RTSTRUCT':
      return outlined(object)
    case 'Parametric Map':
      return { ...nothing, attached: [{ kind: 'map', from: 'Parametric Map', title: object.title }] }
    case 'SR':
      return drawn(object, series)
    case 'presentation state':
      return { ...drawn(object, series), window: windowOf(object) }
  }
}

function outlined(object: DicomObject): AttachedParts {
  const marked = object.parts.filter(({ saliency }) => !saliency)
  const maps = object.parts.filter(({ saliency }) => saliency)
  const attached = maps.map(({ label }): CaseAttachment => ({ kind: 'map', from: object.role, title: label }))
  if (marked.length === 0) return { ...nothing, attached }
  const names = marked.map(({ label }) => label)
  const listed = `${names.slice(0, 6).join(', ')}${names.length > 6 ? '…' : ''}`
  const several = `“${object.name}” outlines ${names.length} things (${listed}): together they are one reader's mask.`
  const drawnBy = `“${object.name}” was drawn by a program, not by a reader.`
  return {
    ...nothing,
    attached,
    masks: [
      {
        reader: names.length === 1 ? names[0] : object.title,
        from: object.role as 'SEG' | 'RTSTRUCT',
        load: (image) => objectMask(object, image)
      }
    ],
    warnings: [...(names.length > 1 ? [several] : []), ...(marked.every(({ automatic }) => automatic) ? [drawnBy] : [])]
  }
}

/** Regions of a report or a presentation state: boxes where they are all boxes of a picture, else one outline a title. */
function drawn(object: DicomObject, series: OpenedSeries): AttachedParts {
  const from = object.role as 'SR' | 'presentation state'
  const warnings = notesOf(object)
  const titles = [...new Set([...object.regions, ...object.placed].map(({ title }) => title))]
  if (titles.length === 0) return { ...nothing, warnings }
  if (object.ownWork) {
    return { ...nothing, warnings, attached: titles.map((title) => ({ kind: 'map', from, title })) }
  }
  const boxes = objectBoxes(object, series.size[2])
  if (boxes !== null) return { ...nothing, warnings, boxes, attached: [{ kind: 'boxes', from, title: object.title }] }
  return {
    ...nothing,
    warnings,
    masks: titles.map((title) => ({ reader: title, from, load: (image) => objectMask(object, image, title) }))
  }
}

function notesOf({ name, numbers, leftOut }: DicomObject): string[] {
  return [
    ...(numbers.length === 0
      ? []
      : [`“${name}” holds ${numbers.length} measurements; they are listed under Measurements.`]),
    ...leftOut.map((sentence) => `“${name}”: ${sentence}.`)
  ]
}

function windowOf({ windows }: DicomObject): Volume['window'] {
  return windows.length === 1 ? { center: windows[0].center, width: windows[0].width } : null
}

/** Readers of one name are told apart by a number. */
function distinct(masks: readonly CaseMask[]): CaseMask[] {
  const seen = new Map<string, number>()
  return masks.map((mask) => {
    const count = (seen.get(mask.reader) ?? 0) + 1
    seen.set(mask.reader, count)
    return count === 1 ? mask : { ...mask, reader: `${mask.reader} ${count}` }
  })
}

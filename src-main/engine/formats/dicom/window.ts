import type { DataSet } from 'dicom-parser'
import { number, sequenceItems, text } from '@engine/formats/dicom/elements'
import { lookupTable } from '@engine/formats/dicom/lookup-table'
import { tag } from '@engine/formats/dicom/tags'
import type { Volume } from '@engine/geometry/volume'

type Window = NonNullable<Volume['window']>

/** What a file says about its display, as the straight window the screen can show. */
export interface DisplayCurve {
  /** null when the file proposes none that makes sense. */
  readonly window: Volume['window']
  /** What the window does not show of the file's own curve; null when nothing is lost. */
  readonly remark: string | null
}

/**
 * The first display window of a file, also from its functional groups; without one the window that comes closest to its VOI lookup
 * table. Source: DICOM PS3.3 C.11.2.
 */
export function displayCurve(dataSet: DataSet): DisplayCurve {
  const shared = sequenceItems(dataSet, tag.SharedFunctionalGroupsSequence)[0]
  const first = sequenceItems(dataSet, tag.PerFrameFunctionalGroupsSequence)[0]
  const places = [
    dataSet,
    ...[first, shared].flatMap((groups) => (groups === undefined ? [] : sequenceItems(groups, tag.FrameVOILUTSequence)))
  ]
  for (const place of places) {
    const window = statedWindow(place)
    if (window === null) continue
    const sigmoid = text(place, tag.VOILUTFunction).toUpperCase() === 'SIGMOID'
    const remark =
      'The file asks for a sigmoid display curve; the straight window of the same centre and width is shown.'
    return { window, remark: sigmoid ? remark : null }
  }
  return places.map(tableWindow).find((curve) => curve !== null) ?? { window: null, remark: null }
}

function statedWindow(place: DataSet): Window | null {
  const center = number(place, tag.WindowCenter, 'DS')
  const width = number(place, tag.WindowWidth, 'DS')
  if (center === undefined || width === undefined || !Number.isFinite(center) || !Number.isFinite(width)) return null
  return width > 0 ? { center, width } : null
}

/** The straight line through 10 % and 90 % of a rising table's output, drawn out to black and white. */
function tableWindow(place: DataSet): DisplayCurve | null {
  const item = sequenceItems(place, tag.VOILUTSequence)[0]
  const table = item === undefined ? null : lookupTable(item, number(place, tag.PixelRepresentation, 'US') === 1)
  if (table === null) return null
  const { first, entries } = table
  const [low, high] = [entries[0], entries[entries.length - 1]]
  const reached = (share: number): number => entries.findIndex((value) => value >= low + share * (high - low))
  const [dark, bright] = [reached(0.1), reached(0.9)]
  if (high <= low || bright <= dark) {
    return { window: null, remark: 'The file has a display curve that does not rise; an automatic window is shown.' }
  }
  const window = { center: first + (dark + bright) / 2, width: (bright - dark) * 1.25 }
  return {
    window,
    remark: 'The display curve of the file is a table; the straight window that comes closest is shown.'
  }
}

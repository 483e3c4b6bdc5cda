import { describe, expect, it } from 'vitest'
import { keyTable, type CommandId, type KeyScope } from '../../../src-renderer/state/key-table'

/** Typed from screens.md, section 4, table by table: the key as it is named there, what it does, and the command that does it. */
type Line = readonly [chords: string, meaning: string, command: CommandId | readonly CommandId[]]

const everywhere: readonly Line[] = [
  ['Ctrl+K', 'find any command', 'find-command'],
  ['?', 'keys here', 'show-keys'],
  ['F1', 'help card', 'show-help'],
  ['Ctrl+1', 'Studies', 'screen-studies'],
  ['Ctrl+2', 'View', 'screen-view'],
  ['Ctrl+3', 'Read', 'screen-read'],
  ['Ctrl+4', 'Report', 'screen-report'],
  ['Ctrl+5', 'Cohort', 'screen-cohort'],
  ['Ctrl+6', 'Jobs', 'screen-jobs'],
  ['Ctrl+7', 'Settings', 'screen-settings'],
  ['Ctrl+O', 'open files', 'open-files'],
  ['Ctrl+Shift+O', 'open model', 'open-model'],
  ['Ctrl+Z', 'undo', 'undo'],
  ['Ctrl+Shift+Z', 'redo', 'redo'],
  ['Ctrl+S', 'name a checkpoint', 'name-checkpoint'],
  ['Ctrl+E', 'export', 'export'],
  ['Ctrl+P', 'print', 'print'],
  ['/', 'filter or search this screen', 'find-here'],
  ['Ctrl+.', 'stop the running job', 'stop-job'],
  ['Ctrl+\\', 'hide panels', 'toggle-panels'],
  ['F11', 'full screen', 'full-screen'],
  ['Ctrl+Shift+H', 'hide identity', 'hide-identity'],
  ['Ctrl+Shift+L', 'light or dark', 'toggle-theme'],
  ['F6', 'next region', 'next-region'],
  ['Shift+F6', 'previous region', 'previous-region'],
  ['Ctrl+,', 'same as Ctrl+7', 'screen-settings']
]

const image: readonly Line[] = [
  ['Space', 'top overlay on/off, bare image while held', 'bare-image'],
  ['ArrowUp', 'slice', 'slice-previous'],
  ['ArrowDown', 'slice', 'slice-next'],
  ['PageUp', 'ten slices', 'slice-ten-back'],
  ['PageDown', 'ten slices', 'slice-ten-on'],
  ['Home', 'first', 'slice-first'],
  ['End', 'last', 'slice-last'],
  ['N', 'next case', 'case-next'],
  ['Shift+N', 'previous case', 'case-previous'],
  ['W 1…9', 'window preset', 'window-preset'],
  ['Alt+1…9', 'window preset', 'window-preset'],
  ['W Enter', 'type values', 'window-values'],
  ['F', 'fit', 'zoom-fit'],
  ['Z', 'true pixels', 'zoom-true'],
  ['Ctrl+=', 'zoom in', 'zoom-in'],
  ['Ctrl+-', 'zoom out', 'zoom-out'],
  ['Alt+ArrowLeft', 'pan', 'pan-left'],
  ['Alt+ArrowRight', 'pan', 'pan-right'],
  ['Alt+ArrowUp', 'pan', 'pan-up'],
  ['Alt+ArrowDown', 'pan', 'pan-down'],
  ['I', 'invert grey', 'invert-grey'],
  ['C', 'cine', 'cine'],
  ['Q', 'corner text', 'corner-text'],
  ['X', 'linked cursor', 'linked-cursor'],
  ['M', 'outlines', 'outlines'],
  [',', 'opacity −', 'opacity-less'],
  ['.', 'opacity +', 'opacity-more'],
  ['Shift+,', 'opacity −, fine', 'opacity-less-fine'],
  ['Shift+.', 'opacity +, fine', 'opacity-more-fine'],
  ['V 1…6', 'layout', 'layout'],
  ['Enter', 'enlarge viewport', 'enlarge-viewport'],
  ['Ctrl+ArrowLeft', 'next viewport', 'viewport-previous'],
  ['Ctrl+ArrowUp', 'next viewport', 'viewport-previous'],
  ['Ctrl+ArrowRight', 'next viewport', 'viewport-next'],
  ['Ctrl+ArrowDown', 'next viewport', 'viewport-next'],
  ['Escape', 'one step back', ['measure-end', 'step-back']]
]

const view: readonly Line[] = [
  ['1…9', 'map n', 'map-choose'],
  ['0', 'no map', 'map-none'],
  ['ArrowLeft', 'previous map', 'map-previous'],
  ['ArrowRight', 'next map', 'map-next'],
  ['-', 'hide below −', 'hide-less'],
  ['=', 'hide below +', 'hide-more'],
  ['Shift+-', 'hide below −, fine', 'hide-less-fine'],
  ['Shift+=', 'hide below +, fine', 'hide-more-fine'],
  [';', 'removal scrubber', 'removal-less'],
  ["'", 'removal scrubber', 'removal-more'],
  ['Shift+;', 'removal scrubber, 10 %', 'removal-less-coarse'],
  ["Shift+'", 'removal scrubber, 10 %', 'removal-more-coarse'],
  ['A', 'add map', 'add-map'],
  ['T', 'target', 'target'],
  ['K', 'colour map', 'colour-map'],
  ['S', 'own/shared scale', 'shared-scale'],
  ['L', 'contour lines', 'contours'],
  ['Shift+L', "the model's own cells", 'cells'],
  ['J', 'flicker with last map', 'flicker'],
  ['U', 'swipe', 'swipe'],
  ['H', 'next hot slice', 'hot-slice-next'],
  ['Shift+H', 'previous hot slice', 'hot-slice-previous'],
  ['Y', 'pin the probe here', 'pin-probe']
]

const read: readonly Line[] = [
  ['1…9', 'segment n', 'segment-choose'],
  ['0', 'no finding', 'no-finding'],
  ['ArrowLeft', 'previous outlined slice', 'outlined-previous'],
  ['ArrowRight', 'next outlined slice', 'outlined-next'],
  ['[', 'brush size', 'brush-smaller'],
  [']', 'brush size', 'brush-larger'],
  ['Shift+[', 'brush size, fine', 'brush-smaller-fine'],
  ['Shift+]', 'brush size, fine', 'brush-larger-fine'],
  ['B', 'brush', 'tool-brush'],
  ['Shift+B', 'ball (3-D)', 'tool-ball'],
  ['E', 'eraser', 'tool-eraser'],
  ['\\', 'adaptive', 'adaptive'],
  ['D', 'freehand', 'tool-freehand'],
  ['P', 'polygon', 'tool-polygon'],
  ['R', 'box', 'tool-box'],
  ['O', 'ellipse', 'tool-ellipse'],
  ['Shift+T', 'paint only in a value range', 'paint-range'],
  ['G', 'grow from seeds', 'tool-grow'],
  ['Shift+G', 'fill between slices', 'fill-between'],
  ['Shift+K', 'keep largest', 'keep-largest'],
  ['Shift+R', 'remove small', 'remove-small'],
  ['Shift+P', 'split', 'split-parts'],
  ['Shift+M', 'margin', 'margin'],
  ['Shift+S', 'smooth', 'smooth'],
  ['Shift+O', 'hollow', 'hollow'],
  ['Shift+F', 'fill holes', 'fill-holes'],
  ['Shift+ArrowUp', 'copy to next slice', 'copy-previous'],
  ['Shift+ArrowDown', 'copy to next slice', 'copy-next'],
  ['Shift+C', 'combine segments', 'combine'],
  ['Delete', 'clear on this slice', 'clear-slice'],
  ['Backspace', 'last polygon point', 'last-point'],
  ['Enter', 'close polygon', 'close-shape'],
  ['Shift+1…5', 'certainty', 'certainty'],
  ['Ctrl+M', 'flag', 'flag'],
  ['Ctrl+/', 'comment', 'comment'],
  ['Ctrl+Enter', 'done, next', 'case-done']
]

/** Section 3.8 and "Lists: ↑↓ Enter Space Delete as usual". */
const jobs: readonly Line[] = [
  ['ArrowUp', 'row', 'job-previous'],
  ['ArrowDown', 'row', 'job-next'],
  ['Ctrl+Shift+ArrowUp', 'move', 'job-earlier'],
  ['Ctrl+Shift+ArrowDown', 'move', 'job-later'],
  ['Enter', 'show', 'job-show'],
  ['Delete', 'cancel', 'job-cancel']
]

/** Sections 3.5 (1–5 toggle a reader, Enter accepts) and 3.7 (1–9 section). */
const elsewhere: readonly Line[] = [
  ['1…9', 'outline of a reader', 'reader-outline'],
  ['Enter', 'accept', 'consensus-accept'],
  ['1…9', 'section', 'report-section']
]

/** Where a command acts on fewer screens than its table in screens.md says, and why. */
const narrower: Readonly<Partial<Record<CommandId, KeyScope>>> = {
  // A checkpoint is one of a drawing: there is none elsewhere. On the report the key saves the report.
  'name-checkpoint': 'read',
  // Cases follow each other on Studies too.
  'case-next': 'cases',
  'case-previous': 'cases',
  // Read has one viewport: no cursor to link, nothing to lay out or to enlarge.
  'linked-cursor': 'view',
  layout: 'view',
  'enlarge-viewport': 'view',
  'viewport-next': 'view',
  'viewport-previous': 'view',
  // Every screen has its own step back.
  'measure-end': 'view',
  'step-back': 'read'
}

const tables: readonly (readonly [KeyScope | null, readonly Line[]])[] = [
  ['everywhere', everywhere],
  ['image', image],
  ['view', view],
  ['read', read],
  ['jobs', jobs],
  [null, elsewhere]
]

/** `W 1…9` as `W 1`, `W 2`, … */
function unfolded(chords: string): string[] {
  const run = /^(.*)(\d)…(\d)$/u.exec(chords)
  if (run === null) return [chords]
  const [from, to] = [Number(run[2]), Number(run[3])]

  return Array.from({ length: to - from + 1 }, (_none, at) => `${run[1]}${from + at}`)
}

/** Why the key table does not hold a line; null when it does. */
function missing([chords, meaning, named]: Line, scope: KeyScope | null): string | null {
  for (const id of [named].flat() as CommandId[]) {
    const command: { chords: readonly string[]; scope: KeyScope } = keyTable[id]
    const lacking = unfolded(chords).filter((chord) => !command.chords.includes(chord))
    if (lacking.length > 0) return `${lacking.join(' ')} (${meaning}) is not a key of ${id}`
    const due = narrower[id] ?? scope
    if (due !== null && command.scope !== due) return `${id} (${meaning}) acts on ${command.scope}, not ${due}`
  }

  return null
}

describe('the keys of screens.md, section 4', () => {
  it.each(tables.map(([scope, lines]) => [scope ?? 'elsewhere', lines, scope] as const))(
    '%s',
    (_title, lines, scope) => {
      expect(lines.map((line) => missing(line, scope)).filter((one) => one !== null)).toEqual([])
    }
  )

  it('has no departure that is none', () => {
    const listed = tables.flatMap(([scope, lines]) =>
      lines.flatMap(([, , ids]) => ([ids].flat() as CommandId[]).map((id) => [id, scope] as const))
    )
    const idle = Object.keys(narrower).filter((id) =>
      listed.every(([one, scope]) => one !== id || narrower[one] === scope)
    )

    expect(idle).toEqual([])
  })

  it('would notice a key that went away, and one that acts elsewhere', () => {
    expect(missing(['Ctrl+9', 'nothing', 'undo'], 'everywhere')).toBe('Ctrl+9 (nothing) is not a key of undo')
    expect(missing(['B', 'brush', 'tool-brush'], 'view')).toBe('tool-brush (brush) acts on read, not view')
  })
})

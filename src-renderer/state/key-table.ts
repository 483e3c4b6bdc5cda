import { keyboard } from './keyboard.svelte'
import { readKeys } from './key-table-read'

/**
 * Every key of the app in one place. One key has one meaning; only digits and ← → follow the list of the screen.
 * Chords: letters as typed (by `event.key`), digits by position, punctuation by what the key types on the user's keyboard,
 * else by position (`key-positions.ts`), two strokes with a space between them (`V 2`). On macOS Ctrl is the command key.
 */
export type KeyScope =
  'everywhere' | 'cases' | 'studies' | 'image' | 'view' | 'read' | 'cursor' | 'report' | 'jobs' | 'adjudication'

export interface KeyCommand {
  readonly scope: KeyScope
  readonly title: string
  readonly chords: readonly string[]
  /** Shown in the status line; the words there. */
  readonly hint?: string
  /** What the key does on the Read screen, where it does not act on a map. */
  readonly inRead?: { readonly title: string; readonly hint?: string }
}

/** What acts on each screen, beside what acts everywhere; what stands later goes before. */
export const screenScopes = {
  studies: ['cases', 'studies'],
  view: ['cases', 'image', 'view'],
  read: ['cases', 'image', 'read'],
  report: ['report'],
  jobs: ['jobs'],
  settings: []
} as const satisfies Record<string, readonly KeyScope[]>

export const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

export const keyTable = {
  'find-command': { scope: 'everywhere', title: 'Find any command', chords: ['Ctrl+K'] },
  'show-keys': { scope: 'everywhere', title: 'Keys that act here', chords: ['?'], hint: 'all keys' },
  'show-help': { scope: 'everywhere', title: 'Help on what is focused', chords: ['F1'] },
  'screen-studies': { scope: 'everywhere', title: 'Go to Studies', chords: ['Ctrl+1'] },
  'screen-view': { scope: 'everywhere', title: 'Go to View', chords: ['Ctrl+2'] },
  'screen-read': { scope: 'everywhere', title: 'Go to Read', chords: ['Ctrl+3'] },
  'screen-report': { scope: 'everywhere', title: 'Go to Report', chords: ['Ctrl+4'] },
  'screen-cohort': { scope: 'everywhere', title: 'Go to Cohort, in the report', chords: ['Ctrl+5'] },
  'screen-jobs': { scope: 'everywhere', title: 'Go to Jobs', chords: ['Ctrl+6'] },
  'screen-settings': { scope: 'everywhere', title: 'Go to Settings', chords: ['Ctrl+7', 'Ctrl+,'] },
  'open-files': { scope: 'everywhere', title: 'Open files…', chords: ['Ctrl+O'] },
  'open-folder': { scope: 'everywhere', title: 'Open a folder…', chords: ['Ctrl+Alt+O'] },
  'open-dicomdir': { scope: 'everywhere', title: 'Open a DICOMDIR (disc)…', chords: [] },
  'import-dataset': { scope: 'everywhere', title: 'Import a dataset…', chords: ['Ctrl+I'] },
  'import-table': { scope: 'everywhere', title: 'Import the dataset a table lists…', chords: [] },
  'open-model': { scope: 'everywhere', title: 'Open a model…', chords: ['Ctrl+Shift+O'] },
  'open-experiment': { scope: 'everywhere', title: 'Assess an experiment file…', chords: [] },
  undo: { scope: 'everywhere', title: 'Undo', chords: ['Ctrl+Z'] },
  redo: { scope: 'everywhere', title: 'Redo', chords: ['Ctrl+Shift+Z'] },
  print: { scope: 'everywhere', title: 'Print', chords: ['Ctrl+P'] },
  export: { scope: 'everywhere', title: 'Export maps, outlines or measurements…', chords: ['Ctrl+E'] },
  'export-cases': { scope: 'everywhere', title: 'De-identified export of cases…', chords: ['Ctrl+Shift+E'] },
  'show-refused': { scope: 'everywhere', title: 'Files that could not be read', chords: [] },
  'open-sample': { scope: 'everywhere', title: 'Open the sample', chords: [] },
  'model-card': { scope: 'everywhere', title: 'Model card and input check', chords: [] },
  'stop-job': { scope: 'everywhere', title: 'Stop the running job', chords: ['Ctrl+.'] },
  'toggle-panels': { scope: 'everywhere', title: 'Hide or show panels', chords: ['Ctrl+\\'] },
  'full-screen': { scope: 'everywhere', title: 'Full screen', chords: ['F11'] },
  'hide-identity': { scope: 'everywhere', title: 'Hide identity', chords: ['Ctrl+Shift+H'] },
  'toggle-theme': { scope: 'everywhere', title: 'Light or dark', chords: ['Ctrl+Shift+L'] },
  'next-region': { scope: 'everywhere', title: 'Next region', chords: ['F6'] },
  'previous-region': { scope: 'everywhere', title: 'Previous region', chords: ['Shift+F6'] },
  'find-here': { scope: 'everywhere', title: 'Filter or search this screen', chords: ['/'] },

  'select-all': { scope: 'studies', title: 'Select all cases', chords: ['Ctrl+A'] },
  'copy-rows': { scope: 'studies', title: 'Copy the selected cases as text', chords: ['Ctrl+C'] },
  'open-sheet': { scope: 'studies', title: 'Sheet of many cases under one map', chords: ['Ctrl+Shift+S'] },
  'ask-listed': { scope: 'studies', title: 'Ask the model about the listed cases', chords: [] },
  'put-beside': { scope: 'studies', title: 'Put the case beside the one in View', chords: ['Ctrl+B'] },
  'attach-mask': { scope: 'studies', title: 'Attach an outline file…', chords: [] },

  'bare-image': {
    scope: 'image',
    title: 'Overlay on or off; hold for the bare image',
    chords: ['Space'],
    hint: 'map on/off',
    inRead: { title: 'Outlines on or off; hold for the bare image', hint: 'outlines on/off' }
  },
  'slice-previous': { scope: 'image', title: 'Previous slice', chords: ['ArrowUp'] },
  'slice-next': { scope: 'image', title: 'Next slice', chords: ['ArrowDown'] },
  'slice-ten-back': { scope: 'image', title: 'Ten slices back', chords: ['PageUp'] },
  'slice-ten-on': { scope: 'image', title: 'Ten slices on', chords: ['PageDown'] },
  'slice-first': { scope: 'image', title: 'First slice', chords: ['Home'] },
  'slice-last': { scope: 'image', title: 'Last slice', chords: ['End'] },
  'window-preset': {
    scope: 'image',
    title: 'Window preset',
    chords: [...digits.map((digit) => `W ${digit}`), ...digits.map((digit) => `Alt+${digit}`)]
  },
  'window-values': { scope: 'image', title: 'Type window values', chords: ['W Enter'] },
  'zoom-fit': { scope: 'image', title: 'Fit the image', chords: ['F'] },
  'zoom-true': { scope: 'image', title: 'True pixels', chords: ['Z'] },
  'zoom-in': { scope: 'image', title: 'Zoom in', chords: ['Ctrl+='] },
  'zoom-out': { scope: 'image', title: 'Zoom out', chords: ['Ctrl+-'] },
  'pan-left': { scope: 'image', title: 'Pan left', chords: ['Alt+ArrowLeft'] },
  'pan-right': { scope: 'image', title: 'Pan right', chords: ['Alt+ArrowRight'] },
  'pan-up': { scope: 'image', title: 'Pan up', chords: ['Alt+ArrowUp'] },
  'pan-down': { scope: 'image', title: 'Pan down', chords: ['Alt+ArrowDown'] },
  'rotate-right': { scope: 'image', title: 'Rotate the picture right', chords: ['Shift+Z'] },
  'flip-across': { scope: 'image', title: 'Mirror left to right', chords: ['Shift+J'] },
  'flip-down': { scope: 'image', title: 'Mirror top to bottom', chords: ['Shift+Y'] },
  'turn-upright': { scope: 'image', title: 'Picture the usual way round; again: as stored', chords: ['Shift+I'] },
  'invert-grey': { scope: 'image', title: 'Invert grey', chords: ['I'] },
  cine: { scope: 'image', title: 'Cine', chords: ['C'] },
  'corner-text': { scope: 'image', title: 'Corner text', chords: ['Q'] },
  'volume-previous': { scope: 'image', title: 'Previous volume of the series', chords: ['Shift+PageUp'] },
  'volume-next': { scope: 'image', title: 'Next volume of the series', chords: ['Shift+PageDown'] },
  'linked-cursor': { scope: 'view', title: 'Linked cursor', chords: ['X'] },
  outlines: { scope: 'image', title: 'Outlines', chords: ['M'], hint: 'outline', inRead: { title: 'Outlines' } },
  'opacity-less': {
    scope: 'image',
    title: 'Less opacity',
    chords: [','],
    hint: 'opacity',
    inRead: { title: 'Fill outlines less' }
  },
  'opacity-more': { scope: 'image', title: 'More opacity', chords: ['.'], inRead: { title: 'Fill outlines more' } },
  'opacity-less-fine': {
    scope: 'image',
    title: 'A little less opacity',
    chords: ['Shift+,', 'Alt+,'],
    inRead: { title: 'Fill outlines a little less' }
  },
  'opacity-more-fine': {
    scope: 'image',
    title: 'A little more opacity',
    chords: ['Shift+.', 'Alt+.'],
    inRead: { title: 'Fill outlines a little more' }
  },
  layout: { scope: 'view', title: 'Layout', chords: ['V 1', 'V 2', 'V 3', 'V 4', 'V 5', 'V 6'] },
  straighten: { scope: 'view', title: 'Straighten the three cuts', chords: ['Shift+V'] },
  'enlarge-viewport': { scope: 'view', title: 'Enlarge the viewport', chords: ['Enter'] },
  'viewport-next': { scope: 'view', title: 'Next viewport', chords: ['Ctrl+ArrowRight', 'Ctrl+ArrowDown'] },
  'viewport-previous': { scope: 'view', title: 'Previous viewport', chords: ['Ctrl+ArrowLeft', 'Ctrl+ArrowUp'] },

  'map-choose': { scope: 'view', title: 'Map 1 to 9', chords: digits, hint: 'choose map' },
  'map-none': { scope: 'view', title: 'No map', chords: ['0'] },
  'map-previous': { scope: 'view', title: 'Previous map', chords: ['ArrowLeft'] },
  'map-next': { scope: 'view', title: 'Next map', chords: ['ArrowRight'] },
  'hide-less': { scope: 'view', title: 'Hide less', chords: ['-'] },
  'hide-more': { scope: 'view', title: 'Hide more', chords: ['='] },
  'hide-less-fine': { scope: 'view', title: 'Hide a little less', chords: ['Shift+-'] },
  'hide-more-fine': { scope: 'view', title: 'Hide a little more', chords: ['Shift+='] },
  'add-map': { scope: 'view', title: 'Add a map', chords: ['A'] },
  target: { scope: 'view', title: 'What to explain', chords: ['T'] },
  'colour-map': { scope: 'view', title: 'Colour map', chords: ['K'] },
  'shared-scale': { scope: 'view', title: 'Own or shared scale', chords: ['S'] },
  contours: { scope: 'view', title: 'Contour lines', chords: ['L'] },
  segments: { scope: 'view', title: 'Regions the map is made of', chords: ['Ctrl+L'] },
  cells: { scope: 'view', title: "The model's own cells", chords: ['Shift+L'] },
  flicker: { scope: 'view', title: 'Flicker with the last map (hold)', chords: ['J'] },
  swipe: { scope: 'view', title: 'Swipe between two maps', chords: ['U'] },
  'removal-less': { scope: 'view', title: 'Remove fewer of the hottest pixels', chords: [';'] },
  'removal-more': { scope: 'view', title: 'Remove more of the hottest pixels', chords: ["'"] },
  'removal-less-coarse': { scope: 'view', title: 'Remove 10 % fewer pixels', chords: ['Shift+;', 'Alt+;'] },
  'removal-more-coarse': { scope: 'view', title: 'Remove 10 % more pixels', chords: ["Shift+'", "Alt+'"] },
  measure: {
    scope: 'view',
    title: 'Measure: length, angle, ellipse, rectangle, freehand',
    chords: ['Shift+U 1', 'Shift+U 2', 'Shift+U 3', 'Shift+U 4', 'Shift+U 5']
  },
  'measure-cursor': { scope: 'view', title: 'Measure with the arrow keys, on or off', chords: ['Shift+Q'] },
  'measure-delete': { scope: 'view', title: 'Delete the chosen measurement', chords: ['Shift+U Delete'] },
  'measure-restore': { scope: 'view', title: 'Bring the deleted measurement back', chords: ['Shift+U Z'] },
  'measure-end': {
    scope: 'view',
    title: 'One step back: measuring tool, then the sheet of cases or the report',
    chords: ['Escape']
  },
  'beside-swap': { scope: 'view', title: 'Two studies: change sides', chords: [] },
  'beside-close': { scope: 'view', title: 'Two studies: close the other', chords: [] },
  'hot-slice-next': { scope: 'view', title: 'Next hot slice', chords: ['H'] },
  'hot-slice-previous': { scope: 'view', title: 'Previous hot slice', chords: ['Shift+H'] },
  'pin-probe': { scope: 'view', title: 'Pin the probe here', chords: ['Y'] },

  ...readKeys,

  'second-window': { scope: 'cases', title: 'This case in a second window', chords: ['Ctrl+Shift+W'] },
  'case-next': { scope: 'cases', title: 'Next case', chords: ['N'], hint: 'next case' },
  'case-previous': { scope: 'cases', title: 'Previous case', chords: ['Shift+N'] },

  'report-section': { scope: 'report', title: 'Section 1 to 9', chords: digits, hint: 'section' },
  'save-report': { scope: 'report', title: 'Save the report', chords: ['Ctrl+S'] },
  'compute-again': { scope: 'report', title: 'Compute again what depends on changed outlines', chords: ['F5'] },

  // As in every list.
  'job-previous': { scope: 'jobs', title: 'Job above', chords: ['ArrowUp'] },
  'job-next': { scope: 'jobs', title: 'Job below', chords: ['ArrowDown'], hint: 'choose' },
  'job-earlier': { scope: 'jobs', title: 'Waiting job: do it earlier', chords: ['Ctrl+Shift+ArrowUp'] },
  'job-later': { scope: 'jobs', title: 'Waiting job: do it later', chords: ['Ctrl+Shift+ArrowDown'], hint: 'move' },
  'job-show': { scope: 'jobs', title: 'Show what the job made, or let it go on', chords: ['Enter'], hint: 'show' },
  'job-cancel': {
    scope: 'jobs',
    title: 'Cancel the job; one that has ended: off the list',
    chords: ['Delete'],
    hint: 'cancel'
  },

  'reader-outline': { scope: 'adjudication', title: 'Outline of reader 1 to 9', chords: digits },
  'consensus-outline': { scope: 'adjudication', title: 'Outline of the consensus', chords: ['0'] },
  'consensus-accept': { scope: 'adjudication', title: 'Accept the consensus', chords: ['Enter'] },
  'consensus-correct': { scope: 'adjudication', title: 'Correct the consensus by drawing', chords: ['Ctrl+D'] }
} as const satisfies Record<string, KeyCommand>

export type CommandId = keyof typeof keyTable

/** The commands in the order of the table, plainly typed. */
export const keyCommands = Object.entries(keyTable) as readonly [CommandId, KeyCommand][]

/** How a chord is written on a key cap. */
export function chordLabel(chord: string): string {
  const caps: Record<string, string> = {
    ArrowUp: '↑',
    ArrowDown: '↓',
    ArrowLeft: '←',
    ArrowRight: '→',
    PageUp: 'PgUp',
    PageDown: 'PgDn'
  }

  // Each stroke of a chord ends with its key.
  return chord
    .split(' ')
    .map((stroke) => stroke.replace(/[^+]+$/u, (name) => caps[name] ?? keyboard.cap(name)))
    .join(' ')
}

/** All chords of a command in one short text: `1 … 9`, `Ctrl+7`. */
export function chordsLabel({ chords }: Pick<KeyCommand, 'chords'>): string {
  if (chords.length <= 2) return chords.map(chordLabel).join(' or ')

  const groups = [chords.filter((chord) => chord.includes(' ')), chords.filter((chord) => !chord.includes(' '))]

  return groups
    .filter((group) => group.length > 0)
    .map((group) =>
      group.length > 2
        ? `${chordLabel(group[0])} … ${chordLabel(group[group.length - 1])}`
        : group.map(chordLabel).join(' or ')
    )
    .join(' or ')
}

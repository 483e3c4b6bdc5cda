/** Words of the Read screen, in one place and ready for translation. */
export const readWords = {
  blinded: 'Blinded reading',
  open: 'Outline',
  caseOf: (at: number, all: number): string => `case ${at} of ${all}`,
  preparing: 'Opening the outlines',
  nothingAssigned: 'Nothing is assigned to you. Choose a case to outline, or ask for a reading study.',
  shapeOpen: (close: string, giveUp: string): string =>
    `A shape is not finished: ${close} closes it, ${giveUp} gives it up.`,
  shapeLeft: (slice: number): string => `The shape begun on slice ${slice + 1} was given up.`,
  tools: {
    title: 'Tools',
    brush: 'Brush',
    ball: 'Ball (3-D)',
    eraser: 'Eraser',
    freehand: 'Freehand',
    polygon: 'Polygon',
    box: 'Box',
    rectangle: 'Rectangle',
    ellipse: 'Ellipse',
    grow: 'Grow'
  },
  toolHints: {
    brush: 'Drag to paint.',
    ball: 'Drag to paint a ball over the slices around.',
    eraser: 'Drag to take away.',
    freehand: 'Drag around the finding.',
    polygon: 'Click corners; Enter or a double click closes, Backspace takes one back.',
    box: 'Drag a bounding box: it is kept as a box and marks no pixels.',
    rectangle: 'Drag from corner to corner.',
    ellipse: 'Drag from corner to corner of the frame.',
    grow: 'Click a place: what hangs together with it and has alike values comes in.'
  },
  size: 'Size',
  options: 'How it paints',
  adaptive: 'Adaptive',
  adaptiveHint: 'only values like where the stroke began',
  range: 'Value range',
  rangeHint: 'paints only between two values',
  rangeLow: 'From',
  rangeHigh: 'to',
  replace: 'Replace others',
  replaceHint: 'takes painted pixels from other segments',
  snap: 'Snap to edges',
  snapHint: 'points go to the steepest place near by',
  /** Said where a switch is turned over that the tool in the hand does not heed. */
  switched: (id: 'adaptive' | 'ranged' | 'replaceOthers' | 'snap', on: boolean, tool: string): string => {
    const [what, where] = {
      adaptive: ['Adaptive', 'the brush and the ball heed it'],
      ranged: ['The value range', 'every tool that marks pixels heeds it'],
      replaceOthers: ['Replace others', 'every tool that marks pixels heeds it'],
      snap: ['Snap to edges', 'the tools that draw a line heed it']
    }[id]

    return `${what} is ${on ? 'on' : 'off'}. It changes nothing for ${tool}: ${where}.`
  },
  sized: (size: string, tool: string): string => `The brush is ${size} now. ${tool} has no size.`,
  inSlice: 'Only on this slice',
  tolerance: 'Band',
  segments: {
    title: 'Segments',
    add: 'Add',
    none: 'The first stroke makes a segment.',
    first: 'Finding',
    from: 'From the dictionary',
    own: (name: string): string => `Own name: ${name}`,
    search: 'Name of the finding',
    ownCode: 'Code of your own: name [scheme value], as in Nodule 7 [99LAB N07]',
    rename: 'Rename',
    remove: 'Remove',
    colour: 'Colour',
    which: 'Which finding is this?',
    empty: '–',
    axis: (mm: string): string => `longest axis ${mm}`,
    slices: (count: number): string => (count === 1 ? '1 slice' : `${count} slices`),
    boxes: (count: number): string => (count === 1 ? '1 box' : `${count} boxes`)
  },
  history: {
    title: 'History',
    none: 'Nothing drawn yet.',
    start: 'Start',
    undo: 'Undo',
    redo: 'Redo',
    undone: 'undone'
  },
  change: {
    stop: 'Stop',
    title: 'Change the segment',
    'fill-between': 'Fill between',
    'grow-seeds': 'Grow seeds',
    'keep-largest': 'Keep largest',
    'remove-small': 'Remove small',
    'split-parts': 'Split into parts',
    margin: 'Margin',
    smooth: 'Smooth',
    hollow: 'Hollow',
    'fill-holes': 'Fill holes',
    combine: 'Combine',
    'copy-next': 'Copy to next',
    'clear-slice': 'Clear slice',
    apply: 'Apply',
    by: 'By',
    mm: 'mm',
    ml: 'ml',
    pixels: 'px',
    method: 'Way',
    methods: { median: 'Median', opening: 'Opening', closing: 'Closing', gaussian: 'Gaussian' },
    walls: { inside: 'wall inside', outside: 'wall outside', middle: 'half and half' },
    perSlice: 'slice by slice',
    with: 'With',
    ways: { union: 'add', difference: 'take away', intersection: 'keep common', exclusive: 'keep what only one has' },
    smallest: 'Smallest part kept',
    unchanged: 'Nothing changed.',
    need: 'Draw something first.',
    needOther: 'There is no other segment.',
    needSeeds: 'Growing from seeds needs at least two segments with something drawn.'
  },
  case: {
    title: 'This case',
    noFinding: 'No finding',
    certainty: 'How sure?',
    certainties: ['guess', 'unsure', 'fairly', 'sure', 'certain'],
    flag: 'Flag',
    flagged: 'Flagged',
    comment: 'Comment',
    commentHint: 'What a colleague should know about this case',
    needOutline: 'Draw an outline or press {no-finding} for no finding.',
    done: 'Done, next',
    opening: 'The next case is being opened.',
    kept: (at: number): string => `Case ${at} kept. {undo} to go back.`,
    last: (count: number): string =>
      count === 1
        ? 'The case is done. Nothing more to do here.'
        : `All ${count} cases are done. Thank you. Nothing more to do here.`
  },
  recovered: (count: number): string =>
    `Saliscope was closed unexpectedly. ${count === 1 ? 'The stroke is' : `All ${count} strokes are`} here.`,
  savedAt: (time: string): string => `All saved ${time}`,
  cursorOn: (draws: string, ends: string): string => `Keys move the drawing cursor. ${draws} draws. ${ends} ends it.`,
  unscaled: 'no scale in the file',
  names: {
    slices: (what: string, count: number): string => (count > 1 ? `${what}, ${count} slices` : what),
    removeBox: 'Remove a box',
    copy: (slice: number): string => `Copy to slice ${slice + 1}`,
    clear: (slice: number): string => `Clear slice ${slice + 1}`,
    slice: (what: string, slice: number, slices: number): string => (slices > 1 ? `${what}, slice ${slice + 1}` : what)
  },
  spoken: (segment: string, size: string): string => `${segment}, ${size}`
} as const

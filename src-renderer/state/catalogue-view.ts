/** Words of the View screen, in one place and ready for translation. */
export const viewWords = {
  layouts: { single: 'Single', 'side-by-side': 'Side by side', grid: 'Grid' },
  layoutLabel: 'Layout',
  caseOf: (at: number, all: number): string => `${at} of ${all}`,
  images: (slices: number): string => (slices === 1 ? '1 image' : `${slices} slices`),
  noCase: 'No image is open. Press Ctrl+O to open files, or look at the sample.',
  noModel: 'Open a model to see what it looks at. Ctrl+Shift+O, or use the sample model.',
  readingImage: 'Reading the image',
  openFiles: 'Open files…',
  openModel: 'Open a model…',
  openSample: 'Open the sample',
  orientationUnknown: 'orientation unknown',
  noScale: 'no scale in the file',
  atDetector: 'at the detector',
  preliminary: (done: number, total: number): string => `preliminary, ${done} of ${total}`,
  madeFrom: (columns: number, rows: number): string => `made from ${columns} × ${rows} cells`,
  flat: 'This map is the same everywhere (all values alike). There is nothing to see, and it cannot be assessed.',
  bare: 'no map',
  readingMap: 'Reading the map',
  reference: 'Reference standard',
  cue: (name: string): string => `Cue: ${name}`,
  energy: 'Map per slice',
  panel: 'Prediction, maps and overlay',
  restartedSafe: 'Your maps are safe.',
  overlay: {
    title: 'Overlay',
    hide: 'hide',
    opacity: 'Opacity',
    hideBelow: 'Hide below',
    colourMap: 'Colour map',
    scale: 'Scale',
    scales: { own: 'this map', shared: 'shared' },
    rule: 'Blending',
    rules: { graded: 'Graded', even: 'Even', 'by-value': 'By value' },
    ruleHints: { graded: 'fades in above the limit', even: 'one opacity', 'by-value': 'stronger where hotter' },
    view: 'Values',
    views: { magnitude: 'size', signed: 'signed' },
    viewHints: { magnitude: 'how much', signed: 'for and against' }
  },
  maps: {
    title: 'Maps',
    add: 'Add map',
    none: 'No map yet. Press A to choose what to compute.',
    waiting: 'waiting',
    computing: (percent: number, left: string | null): string =>
      left === null ? `${percent} %` : `${percent} %, ${left}`,
    stopping: 'Stopping…',
    stopped: (done: number, total: number): string => `Stopped at ${done} of ${total}`,
    failed: (why: string): string => `Not computed: ${why}`,
    stop: (title: string): string => `Stop ${title}`,
    again: 'Run again',
    useOcclusion: 'Use Occlusion',
    remove: (title: string): string => `Remove ${title}`,
    flat: 'the same everywhere',
    reference: 'reference, not an explanation',
    left: (words: string): string => `about ${words} left`,
    more: 'Other cases are computed in Jobs.'
  },
  prediction: {
    title: 'Prediction',
    reading: 'Asking the model',
    probability: (threshold: string): string => `Probability; the tick marks the decision at ${threshold}.`,
    logits: 'The card names no activation: these are logits.',
    slices: (rule: string, count: number): string => `${rule === 'mean' ? 'Mean' : 'Highest'} of ${count} slices.`,
    trainedOn: (what: string): string => `Trained on ${what}`,
    model: 'Model'
  },
  doctor: {
    checking: 'Checking the input',
    fits: (n: number): string => `Input fits the model (${n} of ${n} checks)`,
    differs: (n: number): string => (n === 1 ? 'One thing differs from the card' : `${n} things differ from the card`),
    unknown: (n: number, all: number): string => `Input fits where known (${all - n} of ${all} checks)`,
    found: 'found',
    expected: 'expected',
    states: { fits: 'fits', differs: 'differs', unknown: 'unknown' },
    card: 'Look at the card'
  },
  trust: {
    title: (map: string): string => `Can ${map} be trusted here?`,
    report: 'Report',
    none: 'No report yet for this model and map.'
  },
  windowEditor: {
    title: 'Window',
    lower: 'Lower',
    upper: 'Upper',
    level: 'Level',
    width: 'Width',
    presets: 'Presets',
    apply: 'Apply'
  },
  picker: {
    title: 'Add a map',
    search: 'Search methods',
    goodFor: 'Good for',
    notFor: 'Not for',
    misleads: 'Misleads',
    same: 'Shows the same for every finding.',
    models: 'Models',
    explain: 'Explain',
    predicted: 'predicted',
    everyCase: (n: number): string => `All ${n} open cases`,
    thisCase: 'This case',
    cases: 'Cases',
    settings: 'Settings',
    noSettings: 'This method has no settings.',
    reset: 'Reset',
    changed: 'changed',
    citation: 'Source',
    wrappers: 'Averaged over noise, squared, by region',
    plain: 'as it is',
    compute: (maps: number, time: string | null): string => {
      if (maps === 0) return 'Compute'
      const what = maps === 1 ? 'Compute 1 map' : `Compute ${maps.toLocaleString('en')} maps`

      return time === null ? what : `${what}, about ${time}`
    },
    noGradient: (why: string): string => `Needs gradients: ${why}`,
    nothing: 'No method has these letters.',
    chooseSome: 'Tick one or several methods.'
  }
} as const

/** Words of the grid, the swipe and the cells that hold two maps against one another. */
export const compareWords = {
  tools: 'Comparing maps',
  rows: 'Rows',
  rowChoices: { computed: 'as computed', models: 'models', findings: 'findings', stages: 'scrambled layers' },
  extra: 'Last cell',
  extras: { none: 'none', difference: 'difference', similarity: 'similarity' },
  missing: 'Not computed yet',
  compute: (maps: number, time: string | null): string =>
    `Compute ${maps} ${maps === 1 ? 'map' : 'maps'}${time === null ? '' : `, ${time.startsWith('less') ? '' : 'about '}${time}`}`,
  computing: (done: number, all: number): string => `${done} of ${all} maps`,
  stop: 'Stop',
  failed: (why: string): string => `Not computed: ${why}`,
  noStages: 'The layers of this model cannot be scrambled.',
  trained: 'as trained',
  scrambled: (stage: string): string => `scrambled to ${stage}`,
  sharedTitle: (method: string, low: string, high: string, unit: string): string =>
    `${method}: ${low} to ${high}${unit === '' ? '' : ` ${unit}`}`,
  sharedScale: 'Shared scale',
  sharedEach: 'Shared within each method',
  difference: (first: string, second: string): string => `${first} minus ${second}`,
  similarity: (first: string, second: string): string => `${first} and ${second}`,
  meanDifference: (figure: string): string => `mean size of the difference ${figure}`,
  ssim: (figure: string): string => `SSIM ${figure}`,
  undefinedFigure: (why: string): string => `no figure: ${why}`,
  needTwo: 'Two maps are needed: look at one, then at the other.',
  reading: 'Comparing the two maps',
  swipeHint: 'Drag the line, or press U again to end',
  swipeNeedsTwo: 'Swiping needs a second map: add one with A.',
  save: 'Save as a figure…'
} as const

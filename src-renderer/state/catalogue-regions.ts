import type { CodeSystem } from '@shared/finding-code'
import type { ChosenFit } from '@shared/region-view'

/** Words of the regions on an image. */
export const regionWords = {
  title: 'Regions',
  set: 'Set',
  sets: {
    off: 'off',
    '1x3': 'grid 1 × 3',
    '2x2': 'grid 2 × 2',
    '3x3': 'grid 3 × 3',
    '4x4': 'grid 4 × 4',
    file: 'from a file…'
  },
  fit: 'Laid',
  fits: {
    'as-drawn': 'as drawn',
    body: 'on the body',
    model: 'on what a model draws…',
    affine: 'by landmarks, affine',
    'thin-plate': 'by landmarks, bent'
  } satisfies Record<ChosenFit, string>,
  score: 'Value',
  scores: { mean: 'mean of the map', sum: 'sum of the map', max: 'largest of the map' },
  hint: 'Scores a map region by region. Choose a grid, or open a saved set or a label image.',
  noMap: 'No map is chosen: the regions have no values yet.',
  drag: 'Drag the landmarks on the image to where they belong. With the keyboard: Tab to one, arrows move it by a pixel.',
  noLandmarks: 'This set has no landmarks.',
  landmark: (name: string, x: number, y: number): string => `Landmark ${name}, column ${x}, row ${y}`,
  reset: 'Put back',
  save: 'Save landmarks…',
  saved: (file: string): string => `Saved as ${file}.`,
  region: 'Region',
  none: 'none',
  bar: (score: string): string => `${score}, 0 to the largest`,
  busy: 'The regions are being laid.',
  drawing: (done: number, total: number): string =>
    total > 1 ? `The model draws: ${done} of ${total} slices.` : 'The model draws on this image.',
  stop: 'Stop',
  onModel: (name: string): string => `on ${name}`,
  otherModel: 'Another model…',
  channels: 'Drawn by the model',
  manyChannels: (count: number): string =>
    `The model draws ${count} things; only the first is ticked. Tick everything the regions are to be laid on.`,
  assess: (set: string): string => `Score the regions of View too: ${set}`,
  assessHint: (findings: readonly string[]): string =>
    findings.length === 0
      ? 'No expected regions are marked.'
      : `Expected regions are marked for ${findings.join(', ')}.`,
  /** A grid asks for a folder first. */
  /** `image`: a label image, beside which the set is written. */
  saveSet: (asks: boolean, image: string | null): string =>
    image !== null ? `Save set beside ${image}` : asks ? 'Save set…' : 'Save set',
  savedSet: (file: string): string => `Kept in ${file}.`,
  unsaved: 'Not in a file yet.',
  expected: {
    title: 'Expected regions',
    open: 'Mark expected regions',
    close: 'Done marking',
    finding: 'Finding',
    findingHint: 'such as Opacity',
    system: 'Code',
    systems: { none: 'no code', HPO: 'HPO', RadLex: 'RadLex', 'SNOMED CT': 'SNOMED CT', own: 'own' } satisfies Record<
      CodeSystem | 'none',
      string
    >,
    value: 'Code of the finding',
    column: 'Expected',
    isExpected: (region: string, finding: string): string => `${region} is expected for ${finding}`,
    first: 'Name a finding, then tick the regions in which a map of it should be high.',
    ticked: (finding: string, count: number, all: number): string =>
      count === 0
        ? `Tick the regions in which a map of ${finding} should be high.`
        : `${count} of ${all} regions are expected for ${finding}.`,
    all: 'With every region ticked nothing can be told apart.',
    list: 'Marked',
    entry: (finding: string, count: number, code: string): string =>
      `${finding}${code === '' ? '' : ` (${code})`}: ${count}`,
    used: 'Assessments of the open cases take them along.'
  }
} as const

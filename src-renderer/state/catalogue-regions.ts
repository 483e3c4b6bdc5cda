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
  busy: 'The regions are being laid.'
} as const

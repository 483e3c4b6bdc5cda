/** Words of the three cuts, in one place and ready for translation. */
export const mprWords = {
  title: 'Three cuts',
  planes: { axial: 'Axial', coronal: 'Coronal', sagittal: 'Sagittal' },
  oblique: 'oblique',
  slice: (at: number, all: number, millimetres: string): string => `slice ${at} of ${all} · ${millimetres}`,
  fromFirst: (millimetres: string): string => `${millimetres} mm from the first`,
  spacing: (millimetres: string): string => `${millimetres} mm apart`,
  noScale: 'no scale',
  straight: 'Straighten',
  straightened: 'straightened: interpolated along the patient’s axes',
  sheared: 'tilted acquisition: lengths across it are true only when straightened',
  enlarge: (plane: string): string => `Enlarge ${plane}`,
  onlyVolumes: 'Three cuts need a series of slices; this is a single image.',
  at: (place: string): string => `cursor at LPS ${place} mm`,
  save: 'Save as a figure…',
  saved: (file: string): string => `Saved: ${file}`,
  beside: 'cursor beside the volume'
} as const

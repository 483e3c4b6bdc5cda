/** Words of the three cuts of a statistic map and of the mosaic. */
export const cutsWords = {
  tools: 'Cuts and threshold',
  convention: 'Coordinates',
  conventions: { LPS: 'LPS, DICOM', RAS: 'RAS, NIfTI' },
  axes: ['x', 'y', 'z'],
  millimetres: 'mm',
  threshold: 'Threshold',
  hottest: 'Hottest point',
  slices: 'Slices',
  save: 'Save as a figure…',
  saved: (file: string): string => `Saved: ${file}`,
  onlyVolumes: 'Cuts and mosaic are for volumes; this is one picture.',
  noMap: 'no map',
  title: (map: string, target: string): string => `${map} for ${target}`,
  cut: (convention: string, at: readonly number[]): string =>
    `${convention} ${at.map((value) => value.toFixed(1).replace('-', '−')).join(', ')} mm`,
  hidden: (limit: string): string => `hidden below ${limit}`,
  stored: 'planes along the acquired axes',
  planes: ['sagittal', 'coronal', 'axial'],
  position: (axis: string, millimetres: number): string => `${axis} = ${millimetres.toFixed(1).replace('-', '−')} mm`,
  opacity: (share: number): string => `opacity ${Math.round(100 * share)} %`,
  slice: (at: number, all: number): string => `slice ${at} of ${all}`,
  label: (title: string, where: string): string => `${title}, ${where}`
} as const

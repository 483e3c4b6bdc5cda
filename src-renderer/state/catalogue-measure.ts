import type { FigureName, MeasuredFigure } from '@shared/measurement-figures'
import type { MeasurementKind } from '@shared/measuring'

/** Words of the measurements, in one place and ready for translation. */
export const measureWords = {
  title: 'Measurements',
  kinds: {
    length: 'Length',
    angle: 'Angle',
    ellipse: 'Ellipse',
    rectangle: 'Rectangle',
    freehand: 'Freehand'
  } satisfies Record<MeasurementKind, string>,
  how: {
    length: 'Drag from one end to the other.',
    angle: 'Drag the first leg towards the vertex, then click the end of the second.',
    ellipse: 'Drag from corner to corner.',
    rectangle: 'Drag from corner to corner.',
    freehand: 'Draw around the region.'
  } satisfies Record<MeasurementKind, string>,
  figures: {
    length: 'length',
    angle: 'angle',
    area: 'area',
    perimeter: 'perimeter',
    mean: 'mean',
    sd: 'SD',
    min: 'min',
    max: 'max',
    pixels: 'pixels'
  } satisfies Record<FigureName, string>,
  slice: (at: number): string => `slice ${at + 1}`,
  name: (title: string): string => `Name of ${title}`,
  remove: (title: string): string => `Delete ${title}`,
  inFigures: 'In printed and saved figures',
  copy: 'Copy as text',
  save: 'Save as DICOM SR…',
  saved: (file: string): string => `Measurements written: ${file}`,
  atDetector: 'at the detector',
  pixelsOnly: 'The file has no scale: lengths are in pixels.',
  detector: 'Projection radiograph: lengths are at the detector, not in the patient.',
  reported: 'From reports of this study',
  noValue: 'no value'
} as const

/** A figure with its unit; at most two digits after the point, three significant ones for small values. */
export function figureText(figure: MeasuredFigure, unit: string): string {
  if (figure.value === null) return `${measureWords.noValue}: ${figure.reason ?? ''}`
  if (figure.name === 'pixels') return `${figure.value} px`
  // Images without a unit say “value”, which beside a number says nothing.
  const shown = figure.unit !== 'value' ? figure.unit : unit === 'value' ? '' : unit
  const digits =
    figure.unit === '°' || figure.unit === 'mm' || figure.unit === 'px' ? 1 : Math.abs(figure.value) < 10 ? 2 : 1
  const text = figure.value.toFixed(digits).replace('-', '−')
  if (shown === '') return text

  return shown === '°' ? `${text}°` : `${text} ${shown}`
}

/** What stands beside a measurement on the picture, a line each. */
export function labelLines(kind: MeasurementKind, figures: readonly MeasuredFigure[], unit: string): string[] {
  const text = (name: FigureName): string => {
    const figure = figures.find((one) => one.name === name)

    return figure === undefined || figure.value === null ? '–' : figureText(figure, unit)
  }
  if (kind === 'length' || kind === 'angle') return [text(kind)]

  return [text('area'), `mean ${text('mean')}, SD ${text('sd')}`, `${text('min')} to ${text('max')}`]
}

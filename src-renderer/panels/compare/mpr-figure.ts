import type { DisplayImage } from '@shared/vocabulary'
import { onPlane, type CutPlane } from '../../viewport/cut-planes'
import type { Figure, FigurePanel } from '../../viewport/figure'
import { colouredCanvas, figurePicture } from '../../viewport/figure-picture'
import { greyTile } from '../../viewport/grey-tile'
import { UPRIGHT } from '../../viewport/turn'
import { mprWords as words } from '../../state/catalogue-mpr'
import { saidInFigure } from '../../state/map-said'
import { Cut } from '../../state/mpr-cut.svelte'
import { mpr } from '../../state/mpr.svelte'
import { leadingReading as reading } from '../../state/viewer-reading.svelte'
import { viewer } from '../../state/viewer.svelte'
import { barOf, headOf } from './cuts-figure'

/** Width of one cut, in pixels. */
const PANEL = 400

/** Colours of outlines, contour lines and regions, as on the screen. */
const [OUTLINE, CONTOUR, REGION] = ['#5fd7ea', '#f1f4f6', '#9db8ff']

function pictureOf(cut: Cut, aspect: number): HTMLCanvasElement | null {
  const { grey, map } = cut
  if (grey === null) return null
  const { values, columns, rows, samples } = grey
  const { window, inverted } = viewer
  const { style, colours, flat } = reading
  const drawn = map !== null && style !== null && !flat && cut.drawing !== null

  return figurePicture({
    grey: colouredCanvas(greyTile(values, samples, { window, inverted }), { width: columns, height: rows }),
    over: drawn ? { values: map.values, style, table: colours.table } : null,
    lines: [
      ...cut.outlines.map(({ lines }) => ({ lines, colour: OUTLINE })),
      { lines: drawn ? cut.contours : [], colour: CONTOUR },
      { lines: cut.borders.map((run) => run.map(({ x, y }) => [x, y] as const)), colour: REGION, dash: [4, 2] }
    ],
    turn: UPRIGHT,
    size: { width: PANEL, height: Math.max(1, Math.round(PANEL / aspect)) }
  })
}

function panelOf(image: DisplayImage, plane: CutPlane): FigurePanel {
  const cut = new Cut(() => plane.name, reading)
  const [columns, rows, slices] = plane.size
  const [across, down] = [columns * plane.spacing[0], rows * plane.spacing[1]]
  const [column, row] = onPlane(plane, mpr.cursor)
  const apart = image.spacingMm === null ? words.noScale : words.spacing(plane.spacing[2].toFixed(1))

  return {
    title: [words.planes[plane.name], ...(plane.oblique ? [words.oblique] : [])].join(', '),
    lines: [
      words.slice(cut.slice + 1, slices, apart),
      mpr.straight ? words.straightened : plane.sheared ? words.sheared : ''
    ].filter(Boolean),
    picture: pictureOf(cut, across / down),
    missing: words.noScale,
    aspect: across / down,
    letters: plane.letters,
    widthMm: image.spacingMm === null ? null : across,
    cuts: mpr.inside ? { x: [(column + 0.5) / columns], y: [(row + 0.5) / rows] } : { x: [], y: [] },
    notes: saidInFigure(reading)
  }
}

/** The three cuts of the screen as one figure: whole, under its window, opacity, limits and scale, with lines where they meet. */
export function mprFigure(image: DisplayImage): Figure {
  const panels = mpr.planes.map((plane) => panelOf(image, plane))
  const place = mpr.world.map((value) => value.toFixed(1).replace('-', '−')).join(', ')

  return { ...headOf(words.at(place)), columns: 3, panels, panelWidth: PANEL, bar: barOf() }
}

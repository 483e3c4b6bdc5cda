import type { DisplayImage, MapSummary } from '@shared/vocabulary'
import { barTicks } from '../../viewport/bar-ticks'
import type { Figure, FigurePanel } from '../../viewport/figure'
import type { FigureBar } from '../../viewport/figure-bar'
import { greyTile } from '../../viewport/grey-tile'
import { colouredCanvas, figurePicture, type PictureLayer, type PictureLines } from '../../viewport/figure-picture'
import { outlineOf } from '../../viewport/outline'
import { scaleWords, shownValue } from '../../viewport/overlay-style'
import { isUpright, turnedLetters } from '../../viewport/turn'
import { marksOn, turnedLay } from '../measure/figure-marks'
import { answerText } from '../prediction/answer-text'
import { compareWords as words } from '../../state/catalogue-compare'
import { viewWords } from '../../state/catalogue-view'
import { comparedFigure, comparedTitle } from '../../state/compared-words'
import { compareGrid } from '../../state/compare-grid.svelte'
import { shownCase } from '../../state/identity.svelte'
import { images } from '../../state/images.svelte'
import { mapPair } from '../../state/map-pair.svelte'
import { mapName } from '../../state/map-name'
import { saidInFigure, saidOver } from '../../state/map-said'
import { settingsWords } from '../../state/map-settings'
import { overlay } from '../../state/overlay.svelte'
import { session } from '../../state/session.svelte'
import { studies } from '../../state/studies.svelte'
import { answers } from '../../state/viewer-answers.svelte'
import { cells } from '../../state/viewer-cells.svelte'
import { Reading } from '../../state/viewer-reading.svelte'
import { viewer } from '../../state/viewer.svelte'

/** Width of one panel, in pixels: of several, and of a picture that stands alone. */
const PANEL = 320
const ALONE = 720
const panelWidth = (): number => (cells.shown.length === 1 && mapPair.extra === 'none' ? ALONE : PANEL)

/** One slice of values on the voxels of the image. */
const planeOf = ({ size }: DisplayImage, values: Float32Array): Float32Array =>
  values.subarray(viewer.drawnSlice * size[0] * size[1], (viewer.drawnSlice + 1) * size[0] * size[1])

/** The grey slice under the window of the screen. */
function greyOf(image: DisplayImage): HTMLCanvasElement {
  const { size, samples, voxels } = image
  const length = size[0] * size[1] * samples
  const plane = Float32Array.from(voxels.subarray(viewer.drawnSlice * length, (viewer.drawnSlice + 1) * length))
  const { window, inverted } = viewer

  return colouredCanvas(greyTile(plane, samples, { window, inverted }), { width: size[0], height: size[1] })
}

/** The readers' outlines of the slice, where the screen shows them. */
function outlinesOf({ caseId, size }: DisplayImage): PictureLines[] {
  if (!viewer.outlines) return []
  const [columns, rows] = size

  return (images.masksOf(caseId)?.masks ?? []).map(({ labelmap }) => ({
    lines: outlineOf({ labelmap, columns, rows, start: viewer.drawnSlice * columns * rows }),
    colour: '#5fd7ea'
  }))
}

type Place = Pick<FigurePanel, 'picture' | 'aspect' | 'letters' | 'widthMm' | 'projection' | 'marks'>

/** The slice with what lies over it, turned as on the screen. */
function placed(image: DisplayImage, over: PictureLayer | null, lines: readonly PictureLines[] = []): Place {
  const { turn } = viewer
  const [columns, rows] = image.size
  const [x, y] = image.spacingMm ?? [1, 1]
  const upended = turn.quarters % 2 === 1
  const [across, down] = upended ? [rows * y, columns * x] : [columns * x, rows * y]

  return {
    picture: figurePicture({
      grey: greyOf(image),
      over,
      lines: [...lines, ...outlinesOf(image)],
      turn,
      size: { width: panelWidth(), height: Math.max(1, Math.round((panelWidth() * down) / across)) }
    }),
    aspect: across / down,
    letters: turnedLetters(turn, image.letters),
    widthMm: image.spacingMm === null ? null : across,
    projection: image.projection,
    marks: marksOn(image, viewer.drawnSlice, turnedLay(turn))
  }
}

function missingPanel(at: number): FigurePanel {
  const { wish } = cells.wishes[at]

  return {
    title: session.methodTitle(wish.expression),
    lines: [wish.row, settingsWords(wish.params)].filter(Boolean),
    picture: null,
    missing: words.missing,
    aspect: 1,
    letters: null,
    widthMm: null
  }
}

function mapPanel(image: DisplayImage, map: MapSummary | null): FigurePanel {
  if (map === null) return { title: viewWords.bare, lines: [], ...placed(image, null) }
  const reading = new Reading(() => map)
  const { measured, scale, style, colours } = reading
  const drawn = measured !== null && scale !== null && style !== null && !reading.flat && overlay.visible
  const model = session.models.find((one) => one.modelId === map.modelId)
  const answer = answers.predictionOf(map.caseId, map.modelId)
  const bar: FigureBar | null = drawn ? { style, table: colours.table, ticks: barTicks(style, scale), words: [] } : null

  return {
    title: mapName(map),
    lines: [
      [
        model?.name ?? '',
        settingsWords(map.params),
        answer?.state === 'here' ? answerText(answer.value, map.target.index) : ''
      ]
        .filter(Boolean)
        .join(' · '),
      drawn ? `${scaleWords(scale)} · ${words.hidden(shownValue(style.threshold, scale))}` : ''
    ],
    notes: saidInFigure(reading),
    bar,
    ...placed(image, drawn ? { values: planeOf(image, measured.map.values), style, table: colours.table } : null, [
      { lines: reading.contours, colour: '#f1f4f6' },
      { lines: reading.borders.map((run) => run.map(({ x, y }) => [x, y] as const)), colour: '#9db8ff', dash: [4, 2] }
    ])
  }
}

/** The last cell: what two maps differ in. */
function comparedPanel(image: DisplayImage): FigurePanel | null {
  const { compared, style, colours, scale, held } = mapPair
  const { first, second } = held
  if (compared?.state !== 'here') return null
  const values = planeOf(image, compared.value.values)

  return {
    title: comparedTitle(),
    lines: [comparedFigure() ?? ''],
    bar: { style, table: colours.table, ticks: barTicks(style, scale), words: [] },
    notes: [first, second].flatMap((map) =>
      map === null ? [] : saidOver(map, map.flat).map((note) => viewWords.notes.ofMap(mapName(map), note))
    ),
    ...placed(image, { values, style, table: colours.table })
  }
}

/** The compare grid of the screen as one figure: whole pictures under its window, opacity, limits and scale. */
export function gridFigure(image: DisplayImage): Figure {
  const { wishes } = cells
  const panels = cells.shown.map((map, at) =>
    map === null && wishes[at] !== undefined ? missingPanel(at) : mapPanel(image, map)
  )
  const last = mapPair.extra === 'none' ? null : comparedPanel(image)
  const current = session.currentCase
  const name = current === null ? '' : shownCase(current, studies.numbers.get(current.caseId) ?? 0).title
  const all = last === null ? panels : [...panels, last]
  const columns = compareGrid.rows === 'computed' ? Math.ceil(Math.sqrt(all.length * 1.4)) : compareGrid.columns.length
  const slice = viewer.slices > 1 ? ` · ${words.slice(viewer.drawnSlice + 1, viewer.slices)}` : ''
  const turned = isUpright(viewer.turn) ? '' : ` · ${viewWords.turned(viewer.turn)}`
  const page = cells.pages > 1 ? ` · ${words.page(viewer.page + 1, cells.pages)}` : ''

  const [only] = all

  return {
    title:
      all.length === 1
        ? only.title
        : words.gridTitle(compareGrid.rows === 'computed' ? null : words.rowChoices[compareGrid.rows]),
    lines: [
      `${name}${slice}${turned}${page}`,
      ...(cells.shown.every((map) => map === null)
        ? []
        : [
            `${viewWords.overlay.scale} ${viewWords.overlay.scales[overlay.scale]} · opacity ${Math.round(100 * overlay.opacity)} %`
          ])
    ],
    columns: Math.max(1, Math.min(columns, all.length)),
    panels: all.length === 1 ? [{ ...only, title: '' }] : all,
    panelWidth: panelWidth(),
    bar: null
  }
}

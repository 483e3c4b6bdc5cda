import type { GroupEvidence, MapCut } from '../group-evidence'
import { counted, decimal } from '../number-words'
import { boldSign } from './axis'
import { colourBar, type Raster, type RasterScale } from './raster'
import { directionMarks, planeSize, scaleBar } from './plane-marks'
import { type FigureData, pixel, type Scene, type Shape, slug } from './scene'

const panel = 200
const gap = 24
const top = 40
const barRoom = 70

const thresholdWords: Readonly<Record<GroupEvidence['thresholdKind'], string>> = {
  'false-discovery': 'threshold by the rate of false discoveries',
  'max-t': 'threshold by the largest t of shuffled labels',
  uncorrected: 'uncorrected threshold'
}

/** The statistic map of two groups, plane by plane, with the mean map of all images below it; what passes the threshold is outlined. */
export function groupCutsFigure(found: GroupEvidence, names: { label: string; model: string }): Scene {
  const { cuts, threshold, first, second } = found
  const most = (values: readonly number[]): number => values.reduce((high, value) => Math.max(high, Math.abs(value)), 0)
  const [highT, highMean] = [most(cuts.flatMap(({ t }) => t)), most(cuts.flatMap(({ mean }) => mean))]
  const signed = cuts.some(({ mean }) => mean.some((value) => value < 0))
  const scales: [keyof Pick<MapCut, 't' | 'mean'>, RasterScale, number, string][] = [
    ['t', 'signed', highT, 't'],
    ['mean', signed ? 'signed' : 'sequential', highMean, 'mean map']
  ]
  const heights = cuts.map((cut) => planeSize(cut, panel).height)
  const rowHeight = Math.max(...heights, 80)
  const shapes: Shape[] = []
  scales.forEach(([key, scale, high, title], line) => {
    const y = top + line * (rowHeight + 52)
    shapes.push({
      kind: 'text',
      x: 0,
      y: y - 8,
      words: titleOf(title, found),
      tone: 'ink',
      anchor: 'start',
      bold: true
    })
    cuts.forEach((cut, index) => {
      const raster = panelOf(cut, { x: index * (panel + gap), y }, { values: cut[key], scale, high })
      shapes.push(raster, ...outlines(cut, raster, threshold), ...directionMarks(cut, raster), ...scaleBar(cut, raster))
      // A plane has one cut, which needs no name.
      if (line === 0 && cuts.length > 1)
        shapes.push({ kind: 'text', x: raster.x, y: 12, words: planeWords(cut), tone: 'quiet', anchor: 'start' })
    })
    shapes.push(
      ...colourBar({ x: cuts.length * (panel + gap), y, height: Math.min(rowHeight, 140) }, { scale, high }, [
        { value: high, text: decimal(high) },
        { value: scale === 'signed' ? -high : 0, text: scale === 'signed' ? `−${decimal(high)}` : '0' }
      ])
    )
  })

  return {
    id: slug(`groups ${names.model} ${found.method} ${found.target}`),
    width: widthOf(found),
    height: top + 2 * rowHeight + 76,
    title: `${names.label}, ${names.model}: ${first.name} against ${second.name}`,
    description: `${counted(found.clusters.length, 'cluster')} above the threshold.`,
    shapes,
    hotSpots: [],
    data: cutData(found),
    caption: captionOf(found)
  }
}

/** Room for all cuts and the bar, and for the titles above them. */
const widthOf = (found: GroupEvidence): number =>
  Math.max(found.cuts.length * (panel + gap) + barRoom, Math.ceil(boldSign * titleOf('t', found).length))

/** "slice 49, 72.0 mm" */
function planeWords({ axis, index, mm }: MapCut): string {
  return `${axis.slice(0, -1)} ${index + 1}${mm === null ? '' : `, ${decimal(mm, 1)} mm`}`
}

function titleOf(title: string, { first, second }: GroupEvidence): string {
  return title === 't' ? `t, above 0 where ${first.name} has more than ${second.name}` : 'mean map of all images'
}

function captionOf({ first, second, threshold, thresholdKind, space, target, clusters }: GroupEvidence): string {
  const outlined =
    threshold === null
      ? `No voxel reaches the threshold (${thresholdWords[thresholdKind]}).`
      : `Outlined: |t| above ${decimal(threshold)} (${thresholdWords[thresholdKind]}), ${counted(clusters.length, 'cluster')}.`
  const who = [first, second].map(
    ({ name, images, patients }) => `${name} ${counted(images, 'image')} of ${counted(patients, 'patient')}`
  )

  return `${who.join(', ')}. ${outlined} Output explained: ${target}; maps ${space}. t has no unit; the mean map has the map’s own.`
}

function panelOf(cut: MapCut, at: { x: number; y: number }, drawn: Pick<Raster, 'values' | 'scale' | 'high'>): Raster {
  return {
    kind: 'raster',
    ...at,
    ...planeSize(cut, panel),
    columns: cut.width,
    rows: cut.height,
    ...drawn
  }
}

/** Borders between what passes the threshold and what does not, along the edges of voxels. */
function outlines(
  { t, width, height }: MapCut,
  { x, y, width: wide, height: high }: Raster,
  threshold: number | null
): Shape[] {
  if (threshold === null) return []
  const [across, down] = [wide / width, high / height]
  const above = (column: number, row: number): boolean =>
    column >= 0 && row >= 0 && column < width && row < height && Math.abs(t[row * width + column]) >= threshold
  const at = (column: number, row: number): string => `${pixel(x + column * across)} ${pixel(y + row * down)}`
  let d = ''
  for (let row = 0; row <= height; row++) {
    for (let column = 0; column <= width; column++) {
      if (above(column, row) !== above(column, row - 1)) d += `M${at(column, row)} L${at(column + 1, row)} `
      if (above(column, row) !== above(column - 1, row)) d += `M${at(column, row)} L${at(column, row + 1)} `
    }
  }

  return d === '' ? [] : [{ kind: 'path', d: d.trim(), tone: 'bright', filled: false, width: 1.5 }]
}

function cutData({ cuts, clusters }: GroupEvidence): FigureData {
  const none = Array.from({ length: 7 }, () => null)

  return {
    columns: [
      'kind',
      'axis',
      'index',
      'row',
      'column',
      't',
      'mean',
      'voxels',
      'mm3',
      'mm2',
      'peak_l_mm',
      'peak_p_mm',
      'peak_h_mm',
      'p_corrected'
    ],
    rows: [
      ...cuts.flatMap(({ axis, index, width, t, mean }) =>
        t.map((value, at) => ['pixel', axis, index, Math.floor(at / width), at % width, value, mean[at], ...none])
      ),
      ...clusters.map(({ voxels, mm3, mm2, peakT, peakLpsMm, peakVoxel: [column, row, slice], pCorrected }) => [
        ...['cluster', 'slices', slice, row, column, peakT, null],
        ...[voxels, mm3, mm2 ?? null, ...peakLpsMm, pCorrected]
      ])
    ]
  }
}

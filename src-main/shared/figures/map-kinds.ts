import { eigengap } from '../eigengap'
import type { MapClusters } from '../group-evidence'
import { counted, decimal, decimalOr } from '../number-words'
import { directionMarks, planeSize, scaleBar } from './plane-marks'
import { colourBar, type Raster } from './raster'
import { type FigureData, type Scene, type Shape, slug } from './scene'

const panel = 150
const gap = 20
const top = 56
const perRow = 4

/** The mean map of every kind of maps of one method, all on one scale. */
export function mapKindsFigure(found: MapClusters, names: { label: string; model: string }): Scene {
  const { groups, width, height, silhouette } = found
  const high = Math.max(...groups.flatMap(({ mean }) => mean), 0)
  const drawn = planeSize(found, panel)
  // The scale lies below a map.
  const rowHeight = top + drawn.height + (found.pixelMm === undefined ? 0 : 22)
  const shapes = groups.flatMap((group, index): Shape[] => {
    const [x, y] = [(index % perRow) * (panel + gap), Math.floor(index / perRow) * rowHeight]
    const raster: Raster = {
      ...{
        kind: 'raster',
        x,
        y: y + top - 6,
        ...drawn,
        columns: width,
        rows: height
      },
      ...{ values: group.mean, scale: 'sequential', high }
    }
    return [...heading(group, index, { x, y }), raster, ...directionMarks(found, raster), ...scaleBar(found, raster)]
  })
  const across = Math.min(perRow, groups.length) * (panel + gap)
  const bar = colourBar({ x: across, y: top - 6, height: drawn.height }, { scale: 'sequential', high }, [
    { value: high, text: decimal(high) },
    { value: 0, text: '0' }
  ])

  return {
    id: slug(`kinds ${names.model} ${found.method}`),
    width: across + 70,
    height: Math.ceil(groups.length / perRow) * rowHeight,
    title: `Kinds of maps, ${names.label}, ${names.model}`,
    description: groups
      .map(({ members }, index) => `Kind ${index + 1}: ${counted(members.length, 'image')}`)
      .join(', '),
    shapes: [...shapes, ...bar],
    hotSpots: [],
    data: kindData(found),
    caption: `Mean map of every kind, each map scaled to a sum of 1 before: the colour is the share of the map in a cell. ${counted(groups.length, 'kind')}, silhouette ${decimalOr(silhouette, 'not defined')}. ${numberWords(found)}It shows what to look at and is no verdict.`
  }
}

/** What decided how many kinds there are: the eigenvalues of a spectral grouping, the silhouettes of every number tried of the other. */
function numberWords({ eigenvalues, tried }: MapClusters): string {
  if (eigenvalues === undefined || eigenvalues.length < 3) {
    if (tried.length === 0) return ''
    const each = tried.map(({ groups, silhouette }) => `${groups} kinds ${decimalOr(silhouette, 'not defined')}`)

    return `Silhouettes, of which the best decides: ${each.join(', ')}. `
  }
  const widest = eigengap(eigenvalues, eigenvalues.length - 1)

  return `Eigenvalues of the normalised Laplacian, ascending: ${eigenvalues.map((value) => decimal(value, 3)).join(', ')}; the largest step, after number ${widest} (${decimal(eigenvalues[widest] - eigenvalues[widest - 1], 3)}), decides: ${widest} kinds. `
}

/** Number, size, findings and silhouette of a kind, one line each. */
function heading(
  { members, labels, silhouette }: MapClusters['groups'][number],
  index: number,
  at: { x: number; y: number }
): Shape[] {
  const words = [
    `Kind ${index + 1}: ${counted(members.length, 'image')}`,
    labelWords(labels),
    `silhouette ${silhouette === null ? 'not defined' : decimal(silhouette)}`
  ]

  return words.map((text, line) => ({
    kind: 'text',
    x: at.x,
    y: at.y + 12 + 15 * line,
    words: text,
    tone: line === 0 ? 'ink' : 'quiet',
    anchor: 'start',
    bold: line === 0
  }))
}

/** "lesion 12, none 3" */
const labelWords = (labels: Readonly<Record<string, number>>): string =>
  Object.entries(labels)
    .map(([label, n]) => `${label === '' ? 'none' : label} ${n}`)
    .join(', ')

function kindData({ groups, width }: MapClusters): FigureData {
  return {
    columns: ['what', 'kind', 'row', 'column', 'value', 'case'],
    rows: groups.flatMap(({ mean, members }, index) => [
      ...mean.map((value, at) => ['mean', index + 1, Math.floor(at / width), at % width, value, null]),
      ...members.map((id) => ['member', index + 1, null, null, null, id])
    ])
  }
}

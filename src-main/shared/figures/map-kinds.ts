import type { MapClusters } from '../group-evidence'
import { counted, decimal } from '../number-words'
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
  const size = panel / Math.max(width, height)
  const rowHeight = top + height * size
  const shapes = groups.flatMap((group, index): Shape[] => {
    const [x, y] = [(index % perRow) * (panel + gap), Math.floor(index / perRow) * rowHeight]
    const raster: Raster = {
      ...{
        kind: 'raster',
        x,
        y: y + top - 6,
        width: width * size,
        height: height * size,
        columns: width,
        rows: height
      },
      ...{ values: group.mean, scale: 'sequential', high }
    }
    return [...heading(group, index, { x, y }), raster]
  })
  const across = Math.min(perRow, groups.length) * (panel + gap)
  const bar = colourBar({ x: across, y: top - 6, height: height * size }, { scale: 'sequential', high }, [
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
    caption: `Mean map of every kind, each map scaled to a sum of 1 before; ${counted(groups.length, 'kind')}, silhouette ${silhouette === null ? 'not defined' : decimal(silhouette)}. It shows what to look at and is no verdict.`
  }
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

import { PDFDocument, type SKRSContext2D } from '@napi-rs/canvas'
import { registerFont } from '../picture/font'
import { type FigureKind, type FigureRows, isScored, quartilesOf } from './figure-table'

const width = 480
const height = 360
const frame = { left: 56, top: 40, right: 464, bottom: 312 }
const family = 'Inter, "DejaVu Sans", sans-serif'

/** Bars of a histogram: edges and density, which sums to 1 over the widths. */
export interface Histogram {
  readonly edges: readonly number[]
  readonly density: readonly number[]
}

/**
 * Bars as NumPy's `auto` chooses them: as wide as the narrower of Sturges' and Freedman–Diaconis' rule; one value everywhere
 * gets one bar of width 1.
 */
export function autoHistogram(values: readonly number[]): Histogram {
  const sorted = [...values].sort((first, second) => first - second)
  const [low, high] = [sorted[0], sorted[sorted.length - 1]]
  if (low === high) return { edges: [low - 0.5, high + 0.5], density: [1] }
  const [first, , third] = quartilesOf(sorted)
  const sturges = (high - low) / (Math.log2(sorted.length) + 1)
  // NumPy keeps the number of bars within twice that of the square-root rule.
  const freedman = Math.max(
    (2 * (third - first)) / Math.cbrt(sorted.length),
    (high - low) / Math.sqrt(sorted.length) / 2
  )
  const bins = Math.ceil((high - low) / Math.min(sturges, freedman))
  const edges = Array.from({ length: bins + 1 }, (_, index) => low + ((high - low) * index) / bins)
  const counts = new Array<number>(bins).fill(0)
  for (const value of sorted) counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]++
  return { edges, density: counts.map((count) => (count * bins) / (sorted.length * (high - low))) }
}

/** One page a split and figure: histogram as density with lines at the quartiles (definitions A2-10). No name, no date of a patient is in it. */
export function histogramPages(results: FigureRows, kind: FigureKind): Uint8Array {
  registerFont()
  const document = new PDFDocument({ title: kind.title, creator: 'Saliscope' })
  for (const [split, rows] of Object.entries(results)) {
    const scored = rows.filter(isScored)
    if (scored.length === 0) continue
    for (const [index, { title }] of kind.columns.entries()) {
      drawPage(document.beginPage(width, height) as unknown as SKRSContext2D, {
        title: `${title} (${split})`,
        values: scored.map((row) => row[kind.first + index] as number)
      })
      document.endPage()
    }
  }
  return document.close()
}

function drawPage(context: SKRSContext2D, { title, values }: { title: string; values: readonly number[] }): void {
  const { edges, density } = autoHistogram(values)
  const [low, high] = [
    Math.min(0, edges[0]),
    Math.max(values.some((value) => value < 0) ? 0 : 1, edges[edges.length - 1])
  ]
  const top = Math.max(...density)
  const x = (value: number): number => frame.left + ((value - low) / (high - low)) * (frame.right - frame.left)
  const y = (value: number): number => frame.bottom - (value / top) * (frame.bottom - frame.top)
  context.fillStyle = '#000000'
  context.font = `600 14px ${family}`
  context.fillText(title, frame.left, 24)
  context.fillStyle = '#8fa8c8'
  density.forEach((value, bar) => {
    context.fillRect(x(edges[bar]), y(value), Math.max(0.5, x(edges[bar + 1]) - x(edges[bar])), frame.bottom - y(value))
  })
  context.strokeStyle = '#000000'
  context.strokeRect(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top)
  drawQuartiles(context, values, x)
  context.fillStyle = '#000000'
  context.font = `400 11px ${family}`
  context.fillText(low.toFixed(1), frame.left - 6, frame.bottom + 16)
  context.fillText(high.toFixed(1), frame.right - 10, frame.bottom + 16)
  context.fillText(top.toFixed(1), frame.left - 38, frame.top + 8)
  context.fillText(`density, n = ${values.length}. Research use. Not for diagnosis.`, frame.left, height - 12)
}

function drawQuartiles(context: SKRSContext2D, values: readonly number[], x: (value: number) => number): void {
  const quartiles = quartilesOf(values)
  const words = ['Q1', 'median', 'Q3']
  context.fillStyle = '#000000'
  context.font = `400 10px ${family}`
  quartiles.forEach((value, index) => {
    context.strokeStyle = index === 1 ? '#b00020' : '#5a2d91'
    context.setLineDash(index === 1 ? [] : [4, 3])
    context.beginPath()
    context.moveTo(x(value), frame.top)
    context.lineTo(x(value), frame.bottom)
    context.stroke()
    context.fillText(
      `${words[index]} ${value.toFixed(3)}`,
      Math.min(x(value) + 3, frame.right - 70),
      frame.top + 14 + 14 * index
    )
  })
  context.setLineDash([])
}

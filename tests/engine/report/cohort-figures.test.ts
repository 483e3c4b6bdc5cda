import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { figurePng } from '@engine/handlers/picture/figure-picture'
import { reportFigures, writeReport } from '@engine/report/write-report'
import { fitted, wrapped } from '@shared/figures/axis'
import { groupCutsFigure } from '@shared/figures/group-cuts'
import { mapKindsFigure } from '@shared/figures/map-kinds'
import type { Raster } from '@shared/figures/raster'
import type { GroupEvidence, MapClusters } from '@shared/group-evidence'
import { reductionsOf } from '@shared/reduction-words'
import { sampleReport } from './sample-report'

/** Four columns, three rows; two voxels pass a threshold of 3. */
const t = [0, 1, 5, 4, 0, -1, 2, 1, 0, 0, -2, 0]
const groups: GroupEvidence = {
  model: 'honest-1',
  method: 'gradient',
  target: 'lesion',
  space: 'in the space of each image',
  first: { name: 'lesion', images: 12, patients: 12 },
  second: { name: 'none', images: 11, patients: 10 },
  tested: 9,
  threshold: 3,
  thresholdKind: 'max-t',
  clusters: [
    { voxels: 2, mm3: 8, peakT: 5, peakVoxel: [2, 0, 0], peakLpsMm: [-4, 0, 0], pCorrected: 0.002 },
    { voxels: 1, mm3: 4, peakT: -3, peakVoxel: [2, 2, 0], peakLpsMm: [-4, 4, 0], pCorrected: null }
  ],
  cuts: [
    {
      ...{ axis: 'slices', index: 0, mm: 0, width: 4, height: 3, t },
      letters: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
      pixelMm: [15, 30],
      mean: t.map((value) => Math.abs(value) / 10)
    }
  ],
  signCheck: { outputs: ['none', 'lesion'], correlation: -0.98 },
  files: ['groups/t.nii.gz']
}
const kinds: MapClusters = {
  model: 'honest-1',
  method: 'gradient',
  height: 2,
  width: 2,
  silhouette: 0.61,
  tried: [{ groups: 2, silhouette: 0.61 }],
  groups: [
    { members: ['p0001', 'p0002'], labels: { lesion: 2 }, silhouette: 0.7, mean: [0, 0.25, 0.5, 0.25] },
    { members: ['p0003'], labels: { '': 1 }, silhouette: null, mean: [1, 0, 0, 0] }
  ]
}
const report = { ...sampleReport(), groups: [groups], mapClusters: [kinds] }
const figures = new Map(reportFigures(report).map((figure) => [figure.id, figure]))
const figureOf = (start: string): NonNullable<ReturnType<typeof figures.get>> =>
  [...figures].find(([id]) => id.startsWith(start))![1]

describe('figures of the cohort', () => {
  it('draw t on one signed scale with the outline of what passes, and the mean map, each with its bar', () => {
    const { scene, csv } = figureOf('groups-')
    const rasters = scene.shapes.filter((shape): shape is Raster => shape.kind === 'raster')
    expect(rasters.filter(({ columns }) => columns === 4).map(({ scale, high }) => [scale, high])).toEqual([
      ['signed', 5],
      ['sequential', 0.5]
    ])
    expect(rasters.filter(({ columns }) => columns === 1)).toHaveLength(2)
    // Two voxels beside each other have a border of six edges.
    const [outline] = scene.shapes.filter((shape) => shape.kind === 'path')
    expect(outline.d.match(/M/gu)).toHaveLength(6)
    expect(csv.split('\n').filter((line) => line.startsWith('pixel'))).toHaveLength(12)
    expect(csv).toContain('cluster,slices,0,0,2,5,,2,8,,-4,0,0,0.002')
    expect(scene.caption).toContain('|t| above 3.00')
  })

  it('lie as they lie in the patient: letters at the edges, pixels in millimetres, a scale bar', () => {
    const { scene } = figureOf('groups-')
    const rasters = scene.shapes.filter((shape): shape is Raster => shape.kind === 'raster' && shape.columns === 4)
    // 60 mm across, 90 mm down.
    for (const { width, height } of rasters) expect(height / width).toBeCloseTo(1.5, 2)
    const words = scene.shapes.flatMap((shape) => (shape.kind === 'text' && shape.tone === 'bright' ? [shape] : []))
    expect(words.map(({ words: letter }) => letter)).toEqual(['R', 'L', 'A', 'P', 'R', 'L', 'A', 'P'])
    expect(words[0].x).toBeLessThan(words[1].x)
    expect(words[2].y).toBeLessThan(words[3].y)
    const bars = scene.shapes.flatMap((shape) => (shape.kind === 'line' && shape.width === 2 ? [shape] : []))
    expect(bars.map(({ x1, x2 }) => (x2 - x1) / rasters[0].width)).toEqual([
      expect.closeTo(20 / 60, 2) as number,
      expect.closeTo(20 / 60, 2) as number
    ])
    expect(scene.shapes.filter((shape) => shape.kind === 'text' && shape.words === '2 cm')).toHaveLength(2)
    const unknown = { ...groups, cuts: [{ ...groups.cuts[0], letters: { left: '', right: '', top: '', bottom: '' } }] }
    const [again] = reportFigures({ ...report, groups: [unknown] }).filter(({ id }) => id.startsWith('groups-'))
    expect(again.svg).toContain('orientation unknown')
  })

  it('give the colours of the two ends to the pixels of the picture', () => {
    const { data, channels, width } = decode(figurePng({ ...figureOf('kinds-').scene, title: '', caption: '' }))
    const { scene } = figureOf('kinds-')
    const [raster] = scene.shapes.filter((shape): shape is Raster => shape.kind === 'raster')
    const zoom = 300 / 96
    const lineAbove = 24
    const colour = (column: number, row: number): number[] => {
      const x = Math.round((12 + raster.x + ((column + 0.5) * raster.width) / 2) * zoom)
      const y = Math.round((12 + lineAbove + raster.y + ((row + 0.5) * raster.height) / 2) * zoom)
      return [...data.slice(channels * (y * width + x), channels * (y * width + x) + 3)].map(Number)
    }
    // The highest value of all kinds is 1: the first kind reaches half the scale, its empty corner is black.
    expect(Math.max(...colour(0, 0))).toBeLessThan(10)
    expect(colour(0, 1)[0]).toBeGreaterThan(150)
    expect(colour(1, 0)[0]).toBeLessThan(colour(0, 1)[0])
  })

  it('of kinds lie as they lie in the patient, and say what decided how many there are', () => {
    const letters = { left: 'R', right: 'L', top: 'H', bottom: 'F' }
    const spectral = { ...kinds, letters, pixelMm: [20, 10] as [number, number], eigenvalues: [0, 0.05, 0.61, 0.8] }
    const scene = mapKindsFigure(spectral, { label: 'Gradient', model: 'A' })
    const words = scene.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.words] : []))
    for (const letter of Object.values(letters)) expect(words.filter((one) => one === letter)).toHaveLength(2)
    expect(words.filter((one) => one === '1 cm')).toHaveLength(2)
    const raster = scene.shapes.find((shape) => shape.kind === 'raster')!
    expect(raster.width / raster.height).toBeCloseTo(2, 2)
    expect(scene.caption).toContain(
      'Eigenvalues of the normalised Laplacian, ascending: 0.000, 0.050, 0.610, 0.800; the largest step, after number 2 (0.560), decides: 2 kinds.'
    )
    const silhouettes = mapKindsFigure(kinds, { label: 'Gradient', model: 'A' })
    expect(silhouettes.caption).toContain('Silhouettes, of which the best decides: 2 kinds 0.61.')
    expect(silhouettes.shapes.some((shape) => shape.kind === 'text' && shape.words === 'L')).toBe(false)
  })

  it('stand in the HTML with clusters and members, and say what is not there', () => {
    const { html } = writeReport(report)
    expect(html).toContain('Maps of the cohort')
    expect(html.match(/data:image\/png;base64/gu)!.length).toBeGreaterThanOrEqual(7)
    expect(html).toContain('labels were not shuffled')
    expect(html).toContain('p0001, p0002')
    expect(writeReport(sampleReport()).html).not.toContain('Maps of the cohort')
  })
})

describe('names of cuts', () => {
  const wordsOf = (cuts: GroupEvidence['cuts']): string[] =>
    groupCutsFigure({ ...groups, cuts }, { label: 'Gradient', model: 'honest-1' }).shapes.flatMap((shape) =>
      shape.kind === 'text' ? [shape.words] : []
    )

  it('stand above the planes of a volume; the one plane of a radiograph needs none', () => {
    const [cut] = groups.cuts
    expect(wordsOf([cut, { ...cut, axis: 'rows', index: 1, mm: 2 }])).toEqual(
      expect.arrayContaining(['slice 1, 0.0 mm', 'row 2, 2.0 mm'])
    )
    expect(wordsOf([cut]).filter((words) => words.startsWith('slice'))).toEqual([])
  })
})

describe('names that are longer than their room', () => {
  it('keep what stands in brackets at their end, and are cut at the end where there is no room for it', () => {
    const name = 'Gradient + SmoothGrad squared + Magnitude (bp+sg2+abs)'
    expect(fitted(name, 30 * 6.6)).toBe('Gradient + Smoot… (bp+sg2+abs)')
    expect(fitted(name, 16 * 6.6)).toBe('Gradient + Smoo…')
    expect(fitted('Gradient (GRAD)', 100)).toBe('Gradient (GRAD)')
  })

  it('of axes are broken between words', () => {
    expect(wrapped('share of the most salient pixels replaced by zero', 33 * 6.6)).toEqual([
      'share of the most salient pixels',
      'replaced by zero'
    ])
    expect(wrapped('layers scrambled so far', 232)).toEqual(['layers scrambled so far'])
  })
})

it('the recipe says how the maps were reduced, not how they would be', () => {
  const [method] = report.methods
  const other = { ...method, id: 'other', reduction: 'sum of signed values over the channels, unscaled' }
  expect(reductionsOf({ ...report, methods: [other] })).toBe(other.reduction)
  expect(reductionsOf({ ...report, methods: [method, method] })).toBe(method.reduction)
  expect(reductionsOf({ ...report, methods: [method, other] })).toBe(
    `${method.reduction}; ${other.reduction} (see the maps)`
  )
})

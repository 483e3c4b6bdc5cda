import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boxLabelmap } from '@engine/formats/masks/boxes'
import { decodePng } from '@engine/formats/raster/png'
import { encodeTensorFile } from '@engine/formats/torch/tensor-file'
import { identityAffine } from '@engine/geometry/affine'
import { autoHistogram, histogramPages } from '@engine/handlers/trees/histogram-pages'
import { figureTable } from '@engine/handlers/trees/figure-table'
import { interpretability, interpretabilityKind } from '@engine/handlers/trees/interpretability'
import { mednetView } from '@engine/handlers/trees/mednet-view'
import { python } from '../../support/checkers'
import { readGoldenNpy } from '../../support/golden'
import { goldenMetrics } from '../../support/golden-array'

const fixtures = resolve('tests/fixtures/trees')
let out: string
beforeAll(() => (out = mkdtempSync(join(tmpdir(), 'trees-'))))
afterAll(() => rmSync(out, { recursive: true, force: true }))

const fixture = (name: string): Float32Array => Float32Array.from(readGoldenNpy(join(fixtures, 'mednet', name)).data)

describe('the pictures of a mednet tree', () => {
  it('are those of mednet itself to one grey level: hidden below a fifth of the largest value, half image, half plasma', () => {
    const boxes = JSON.parse(readFileSync(join(fixtures, 'mednet/boxes.json'), 'utf8')) as [
      number,
      number,
      number,
      number
    ][]
    for (const [name, drawn] of [
      ['overlay.png', []],
      ['boxes.png', boxes]
    ] as const) {
      const view = { planes: [fixture('image.npy')], map: fixture('map.npy'), columns: 24, rows: 20, boxes: drawn }
      const ours = decodePng(mednetView(view), 'ours')
      const theirs = decodePng(readFileSync(join(fixtures, 'mednet', name)), name)
      const differences = Array.from(ours.samples, (value, at) => Math.abs(value - theirs.samples[at]))
      // The colour table is kept in whole grey levels, matplotlib's in fractions.
      expect(Math.max(...differences)).toBeLessThanOrEqual(1)
      expect(differences.filter((value) => value > 0).length).toBeLessThan(differences.length / 4)
    }
  })
})

describe('the figures of a mednet tree', () => {
  it.runIf(goldenMetrics() !== null)('are those mednet computes for boxes', () => {
    const { boxes_entries: entries } = JSON.parse(readFileSync(join(goldenMetrics()!, 'mednet.json'), 'utf8')) as {
      boxes_entries: {
        map: string
        boxes_xyxy: [number, number, number, number][]
        proportional_energy: number
        average_saliency_focus: number
      }[]
    }
    expect(entries.length).toBeGreaterThan(1)
    for (const entry of entries) {
      const { data, shape } = readGoldenNpy(join(goldenMetrics()!, `map_${entry.map}.npy`))
      const image = { size: [shape[1], shape[0], 1], affine: identityAffine } as never
      const mask = boxLabelmap(
        entry.boxes_xyxy.map((box) => ({ box, slice: null })),
        image
      ).voxels
      const [energy, focus] = interpretability(Float32Array.from(data), mask)
      expect(energy).toBeCloseTo(entry.proportional_energy, 6)
      expect(focus).toBeCloseTo(entry.average_saliency_focus, 6)
    }
  })

  it('are laid out as mednet prints them (by tabulate 0.9.0), undefined ones where digits would be', () => {
    const rows = (energies: readonly number[]): [string, number, number, number][] =>
      energies.map((value) => ['x', 1, value, 0.5])
    const table = figureTable(
      { train: [...rows([0.1, 0.2, 0.6]), ['y', 0]], validation: rows([0.25]) },
      interpretabilityKind
    )
    expect(table.split('\n').map((line) => line.slice(0, 76))).toEqual([
      '==========  =========  ===============  ==============  ==============  ====',
      'subset        samples    PropEng[mean]    PropEng[std]    PropEng[25%]    Pr',
      '==========  =========  ===============  ==============  ==============  ====',
      'train               3            0.300           0.265           0.150      ',
      'validation          1            0.250         nan               0.250      ',
      '==========  =========  ===============  ==============  ==============  ===='
    ])
  })
})

describe('the histograms of a mednet tree', () => {
  it('have the bars NumPy 2.4.6 chooses with bins="auto", as densities', () => {
    const values = Array.from({ length: 40 }, (_, i) => ((7 * i * i + 3 * i) % 101) / 101)
    const { edges, density } = autoHistogram(values)
    expect(edges).toHaveLength(8)
    expect(edges[1]).toBeCloseTo(0.14144271570014144, 12)
    const expected = [1.23725, 1.59075, 0.88375, 0.53025, 1.23725, 0.3535, 1.23725]
    density.forEach((value, bar) => expect(value).toBeCloseTo(expected[bar], 9))
    const skewed = autoHistogram([0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.9]).density
    const bars = [3.5714285714285707, 0, 0.7142857142857141, 0.7142857142857144]
    skewed.forEach((value, bar) => expect(value).toBeCloseTo(bars[bar], 9))
    expect(autoHistogram([0.5, 0.5])).toEqual({ edges: [0, 1], density: [1] })
  })

  it('are a PDF page for each split and figure', () => {
    const rows = [0.2, 0.4, 0.9].map((value) => ['x', 1, value, value / 2] as const)
    const bytes = Buffer.from(histogramPages({ train: rows, test: rows, empty: [['y', 0]] }, interpretabilityKind))
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    expect(bytes.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(4)
  })
})

describe('a tensor file', () => {
  it('holds what torch.save writes', () => {
    const values = Float32Array.from({ length: 1800 }, (_, at) => at / 7)
    const path = join(out, 'tensor.pt')
    writeFileSync(path, encodeTensorFile(values, [1, 2, 3, 300], 'tensor.pt'))
    const ours = python<Record<string, unknown>>('torch_tensor.py', [path])
    const theirs = python<Record<string, unknown>>('torch_tensor.py', [join(fixtures, 'torch/tensor.pt')])
    expect(ours).toEqual(theirs)
  })
})

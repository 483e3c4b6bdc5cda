import { describe, expect, it } from 'vitest'
import { answerKeyFigure } from '@shared/figures/answer-key'
import { fitAxis, textWidth } from '@shared/figures/axis'
import { cascade } from '@shared/figures/cascade'
import { dotAndBox } from '@shared/figures/dot-and-box'
import { intervals } from '@shared/figures/intervals'
import type { Scene, Shape } from '@shared/figures/scene'
import { evidenceOf } from '@shared/report-evidence'
import { sampleReport } from './sample-report'
import { cascadeCurve, resultRow } from './sample-rows'

const of = <K extends Shape['kind']>(scene: Scene, kind: K): Extract<Shape, { kind: K }>[] =>
  scene.shapes.filter((shape): shape is Extract<Shape, { kind: K }> => shape.kind === kind)

/** Three curves of one model: two maps and the random one. */
describe('removal curves in one plot', () => {
  const curve = { ...sampleReport().curves[0], criterion: 'fidelity.removal', metric: 'fidelity-area', limits: [] }
  const risen = (by: number) => curve.points.map((point) => ({ ...point, value: (point.value ?? 0) + by }))
  const methods = sampleReport().methods.slice(0, 2)
  const curves = [
    { ...curve, method: methods[0].id, points: risen(0) },
    { ...curve, method: methods[1].id, points: risen(0.0001) },
    { ...curve, method: 'random-map', points: risen(0.3) }
  ]
  const row = resultRow({
    criterion: 'fidelity.removal',
    metric: 'fidelity-area',
    model: curve.model,
    method: methods[0].id
  })

  it('name every line where it ends, apart from each other, and hold the numbers of all', () => {
    const scenes = evidenceOf({ ...sampleReport(), curves, results: [row] })[0].figures.map(({ scene }) => scene)
    const [scene] = scenes.filter(({ id }) => id.startsWith('together-'))
    const labels = scene.shapes.flatMap((shape) =>
      shape.kind === 'text' && shape.anchor === 'start' && shape.x > 300 ? [shape] : []
    )
    expect(labels.map(({ words }) => words).sort()).toEqual([...methods.map(({ title }) => title), 'random map'].sort())
    const heights = labels.map(({ y }) => y).sort((a, b) => a - b)
    expect(Math.min(...heights.slice(1).map((y, index) => y - heights[index]))).toBeGreaterThanOrEqual(15.9)
    expect(scene.data.rows).toHaveLength(3 * curve.points.length)
    expect(scene.data.rows.at(-1)![3]).toBe(curves[2].points.at(-1)!.value)
  })

  it('need two maps at least', () => {
    const found = evidenceOf({ ...sampleReport(), curves: curves.slice(1), results: [row] })
    expect(found[0].figures.some(({ scene }) => scene.id.startsWith('together-'))).toBe(false)
  })
})

describe('the curves of all training runs', () => {
  const runs = ['honest-1', 'honest-2']
  const at = (model: string, by: number) => ({
    ...cascadeCurve,
    model,
    points: cascadeCurve.points.map((point) => ({ ...point, value: (point.value ?? 0) * by }))
  })
  const rows = [
    resultRow({ criterion: 'randomisation.cascading', metric: 'ssim', model: runs[0], method: cascadeCurve.method }),
    {
      ...resultRow({
        criterion: 'repeatability.runs',
        metric: 'ssim',
        model: runs.join(' × '),
        method: cascadeCurve.method
      }),
      models: runs
    }
  ]
  const scenes = (curves: (typeof cascadeCurve)[]): Scene[] =>
    evidenceOf({ ...sampleReport(), curves, results: rows })
      .flatMap(({ figures }) => figures.map(({ scene }) => scene))
      .filter(({ id }) => id.startsWith('cascade-runs'))

  it('are a line a run with its number, the band between them and both limits, with the numbers of both', () => {
    const [scene] = scenes([at(runs[0], 1), at(runs[1], 0.8)])
    const paths = of(scene, 'path')
    expect(paths.filter(({ filled }) => !filled)).toHaveLength(2)
    expect(paths.filter(({ filled }) => filled)).toHaveLength(1)
    const numbers = of(scene, 'text').filter(({ tone }) => tone === 'accent')
    expect(numbers.map(({ words }) => words).sort()).toEqual(['1', '2'])
    expect(Math.abs(numbers[0].y - numbers[1].y)).toBeGreaterThanOrEqual(11)
    expect(of(scene, 'line').filter(({ dash }) => dash !== undefined)).toHaveLength(2 * cascadeCurve.limits.length)
    expect(scene.data.rows.filter(([model, kind]) => model === runs[1] && kind === 'point')).toHaveLength(
      cascadeCurve.points.length
    )
  })

  it('are not drawn of one run, nor of runs whose stages differ', () => {
    expect(scenes([at(runs[0], 1)])).toEqual([])
    const other = at(runs[1], 1)
    expect(scenes([at(runs[0], 1), { ...other, points: other.points.slice(1) }])).toEqual([])
  })
})

describe('fitAxis', () => {
  it('ends on round values that cover all of the data', () => {
    const axis = fitAxis([0.03, 0.92], 100, 500)

    expect(axis.ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect([axis.at(0), axis.at(0.5), axis.at(1)]).toEqual([100, 300, 500])
  })

  it('goes below zero where the data does, and gives a single value room', () => {
    expect(fitAxis([-5.6, 8.3], 0, 100).low).toBeLessThanOrEqual(-5.6)
    const single = fitAxis([0.5], 0, 100)
    expect(single.high).toBeGreaterThan(single.low)
    expect(Number.isFinite(single.at(0.5))).toBe(true)
  })
})

describe('the dot-and-box figure', () => {
  const rows = [
    {
      label: 'Grad-CAM',
      state: 'pass' as const,
      values: [0.1, 0.2, 0.3, 0.4, 1],
      cases: [...'abcde'],
      limit: null,
      row: 7
    }
  ]
  const lines = [
    { title: 'random map', value: 0.02, decides: true },
    { title: 'edges', value: 0.022, decides: true },
    { title: 'share outlined', value: 0.019, decides: false },
    { title: 'average mask', value: 0.06, decides: true }
  ]
  const scene = dotAndBox({ title: 'Points', measure: 'average precision', rows, lines })
  const at = (value: number): number => fitAxis([0, 0.1, 1], 96, 540).at(value)

  it('puts dots, quartiles and the median where the numbers are', () => {
    expect(of(scene, 'dot').map((dot) => dot.x)).toEqual([0.1, 0.2, 0.3, 0.4, 1].map(at))
    const [box] = of(scene, 'rect')
    expect([box.x, box.x + box.width]).toEqual([at(0.2), at(0.4)])
    expect(of(scene, 'line').some((line) => line.x1 === at(0.3) && line.width === 2.6)).toBe(true)
  })

  it('joins references that fall together, and keeps the labels of the others apart', () => {
    const labels = of(scene, 'text').filter((text) => lines.some((line) => text.words.startsWith(line.title)))

    expect(labels.map((label) => label.words)).toEqual(['edges 0.022, random map 0.020', 'average mask 0.060'])
    for (const a of labels) {
      for (const b of labels) {
        if (a === b || a.y !== b.y) continue
        expect(Math.abs(a.x - b.x)).toBeGreaterThanOrEqual((textWidth(a.words) + textWidth(b.words)) / 2)
      }
    }
  })

  it('opens the images behind its row, and says its figures in words', () => {
    expect(scene.hotSpots).toMatchObject([{ row: 7 }])
    expect(scene.description).toContain('Grad-CAM 0.30')
    expect(scene.description).toContain('average mask 0.060')
  })
})

describe('the cascade figure', () => {
  const drawn = (curve = cascadeCurve): Scene =>
    cascade({ curve, label: 'Gradient', model: 'A', state: 'pass', row: 2 })

  it('starts at one and ends where the curve ends, with a dashed limit', () => {
    const [line] = of(drawn(), 'path').filter((path) => !path.filled)
    const points = line.d
      .slice(1)
      .split('L')
      .map((pair) => pair.split(' ').map(Number))
    const axis = fitAxis([0, 1], 152, 30)

    expect(points).toHaveLength(cascadeCurve.points.length)
    expect(points[0][1]).toBe(axis.at(1))
    expect(points[points.length - 1][1]).toBe(axis.at(0.05))
    expect(
      of(drawn(), 'line')
        .filter((one) => one.dash !== undefined)
        .map((one) => one.y1)
    ).toEqual([axis.at(0.68)])
  })

  it('leaves out a step that could not be measured instead of drawing it at zero', () => {
    const points = cascadeCurve.points.map((point, index) =>
      index === 2 ? { ...point, value: null, ci95: null } : point
    )
    const [line] = of(drawn({ ...cascadeCurve, points }), 'path').filter((path) => !path.filled)

    expect(line.d.split('L')).toHaveLength(cascadeCurve.points.length - 1)
  })

  it('draws nothing but its axes when nothing was measured', () => {
    const points = cascadeCurve.points.map((point) => ({ ...point, value: null, ci95: null }))

    expect(of(drawn({ ...cascadeCurve, points }), 'path')).toEqual([])
  })
})

describe('the interval figure', () => {
  it('marks value, interval and limit, and gives the reason where there is no value', () => {
    const scene = intervals({
      title: 'Same',
      measure: 'similarity',
      rows: [
        {
          label: 'Gradient',
          detail: 'A and B',
          state: 'pass',
          value: 0.8,
          ci95: [0.7, 0.9],
          limit: { title: 'random pairs', value: 0.6 },
          reason: '',
          row: 0
        },
        {
          label: 'Edges',
          detail: 'A and B',
          state: 'not-assessable',
          value: null,
          ci95: null,
          limit: null,
          reason: 'one run only',
          row: 1
        }
      ]
    })
    const axis = fitAxis([0, 0.8, 0.9], 400, 700)

    expect(of(scene, 'dot').map((dot) => dot.x)).toEqual([axis.at(0.8)])
    expect(of(scene, 'line').some((line) => line.x1 === axis.at(0.7) && line.x2 === axis.at(0.9))).toBe(true)
    expect(of(scene, 'line').some((line) => line.x1 === axis.at(0.6) && line.x2 === axis.at(0.6))).toBe(true)
    expect(of(scene, 'text').map((text) => text.words)).toContain('one run only')
  })
})

describe('the answer key figure', () => {
  it('tells the variants apart by shape, not by colour', () => {
    const scene = answerKeyFigure(sampleReport().answerKey, (id) => id)
    const inRow = (shape: { y: number }): boolean => shape.y > 24

    expect(of(scene, 'dot').filter((dot) => inRow(dot) && dot.filled)).toHaveLength(3)
    expect(of(scene, 'dot').filter((dot) => inRow(dot) && !dot.filled)).toHaveLength(3)
    expect(of(scene, 'square').filter(inRow)).toHaveLength(3)
    expect(scene.description).toContain('token uses the marker, not the finding')
  })
})

describe('evidenceOf', () => {
  it('asks the questions in their order, one entry each', () => {
    expect(evidenceOf(sampleReport()).map(({ area }) => area)).toEqual([
      'localisation',
      'randomisation',
      'repeatability',
      'reproducibility'
    ])
  })

  it('says in words which maps pass for which model', () => {
    const [localisation] = evidenceOf(sampleReport())

    expect(localisation.caption).toBe('honest-1 and honest-2: every map passes. token: every map fails.')
  })

  it('gives figures of models with one name different ids', () => {
    const report = sampleReport()
    const models = report.models.map((model) => ({ ...model, title: 'net' }))
    const ids = evidenceOf({ ...report, models })[0].figures.map(({ scene }) => scene.id)

    expect(ids).toEqual(['points-to-the-finding-net', 'points-to-the-finding-net-2', 'points-to-the-finding-net-3'])
  })

  it('draws a reference as a line only where it is the same for all rows', () => {
    const report = sampleReport()
    const results = report.results.map((row, index) =>
      index === 0
        ? { ...row, references: row.references.map((one) => (one.id === 'edge' ? { ...one, value: 0.09 } : one)) }
        : row
    )
    const words = (from: typeof report): string[] =>
      of(evidenceOf(from)[0].figures[0].scene, 'text').map((text) => text.words)

    expect(words(report)).toContain('edges 0.022, random map 0.020')
    expect(words({ ...report, results }).some((one) => one.includes('edges'))).toBe(false)
    expect(words({ ...report, results })).toContain('average mask 0.15')
  })
})

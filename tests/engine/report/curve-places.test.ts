import { describe, expect, it } from 'vitest'
import { curvePlaces, heightsOf } from '@shared/figures/curve-places'
import { curvesTogether } from '@shared/figures/curves-together'
import type { Curve } from '@shared/report'
import { cascadeCurve } from './sample-rows'

describe('places of the points of a curve', () => {
  const points = (...names: string[]): Curve['points'] => names.map((x) => ({ ...cascadeCurve.points[0], x }))

  it('are to scale for shares, a step apart for layers', () => {
    expect(curvePlaces(points('2 %', '5 %', '50 %'))).toEqual([0, 3 / 48, 1])
    expect(curvePlaces(points('0 %', '12.5 %', '100 %'))).toEqual([0, 0.125, 1])
    expect(curvePlaces(points('none', 'fc', 'mixed3', 'stem'))).toEqual([0, 1 / 3, 2 / 3, 1])
    expect(curvePlaces(points('10 %'))).toEqual([0])
    expect(curvePlaces([])).toEqual([])
  })

  it('stand on an axis from 0, unless they are answers that stay far from it', () => {
    const of = (yTitle: string, ...values: number[]): number[] => heightsOf(values, { yTitle })
    expect(of('change of the probability', 0.7, 0.75)).toEqual([0, 0.7, 0.75])
    expect(of('similarity to the trained model’s map (SSIM)', 0.7, 0.75)).toEqual([0, 0.7, 0.75])
    expect(of('probability', 0.7, 0.75)).toEqual([0.7, 0.75])
    expect(of('probability', 0.2, 0.75)).toEqual([0, 0.2, 0.75])
    expect(of('logit', -2, -1.9)).toEqual([0, -2, -1.9])
    expect(of('probability')).toEqual([0])
  })

  it('leave out names below the plot that would lie on another', () => {
    const curve = { ...cascadeCurve, points: points('1 %', '2 %', '3 %', '60 %', '100 %') }
    const scene = curvesTogether([{ curve, label: 'Gradient', random: false }], { title: 't', kind: 'k' })
    const shown = scene.shapes.flatMap((shape) =>
      shape.kind === 'text' && shape.words.endsWith('%') ? [shape.words] : []
    )
    expect(shown).toEqual(['1 %', '60 %', '100 %'])
  })
})

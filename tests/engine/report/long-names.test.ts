import { describe, expect, it } from 'vitest'
import { cascade } from '@shared/figures/cascade'
import { curvesTogether } from '@shared/figures/curves-together'
import { dotAndBox } from '@shared/figures/dot-and-box'
import { intervals } from '@shared/figures/intervals'
import type { Scene, Shape } from '@shared/figures/scene'
import { cascadeCurve } from './sample-rows'

type Words = Extract<Shape, { kind: 'text' }>
const textsOf = (scene: Scene): Words[] => scene.shapes.filter((shape): shape is Words => shape.kind === 'text')

describe('long names in figures', () => {
  const long = 'Gradient + SmoothGrad squared + Magnitude + Regions (an experiment’s own name)'
  /** Left and right end of a text, by the width that keeps labels apart. */
  const ends = ({ x, words, anchor, bold }: Words): [number, number] => {
    const wide = words.length * (bold === true ? 7.4 : 6.6)
    const left = anchor === 'start' ? x : anchor === 'end' ? x - wide : x - wide / 2
    return [left, left + wide]
  }
  const inside = (scene: Scene): void => {
    for (const text of textsOf(scene)) {
      const [left, right] = ends(text)
      expect(left, text.words).toBeGreaterThanOrEqual(-0.5)
      expect(right, text.words).toBeLessThanOrEqual(scene.width + 0.5)
    }
  }
  const titles = { xTitle: 'share of the most salient pixels replaced by noisy linear imputation', yTitle: 'fall' }
  const curve = { ...cascadeCurve, ...titles, points: cascadeCurve.points.map((one) => ({ ...one, value: -0.15 })) }

  it('stay inside a removal curve, and do not lie on the figures of its axis', () => {
    const beside = { ...curve, points: curve.points.map((one) => ({ ...one, value: -0.2 })) }
    const scene = cascade({ curve, beside, kind: 'x', label: long, model: 'm', state: 'pass', row: null })
    inside(scene)
    expect(textsOf(scene).map(({ words }) => words)).toEqual(
      expect.arrayContaining(['share of the most salient pixels', 'replaced by noisy linear imputation'])
    )
    const random = textsOf(scene).find(({ words }) => words === 'random map')!
    expect(random.y).toBeLessThan(152)
  })

  it('stay inside the plot of all curves, which names its upright axis', () => {
    const scene = curvesTogether([{ curve, label: long, random: false }], { title: 't', kind: 'k' })
    inside(scene)
    expect(textsOf(scene).some(({ words }) => words === 'fall')).toBe(true)
  })

  it('of many curves that end together stand apart, whole in as many lines as they need', () => {
    const names = Array.from(
      { length: 14 },
      (_, index) => `Integrated gradients number ${index + 1} of a blurred image`
    )
    const scene = curvesTogether(
      names.map((label) => ({ curve, label, random: false })),
      { title: 't', kind: 'k' }
    )
    inside(scene)
    const beside = textsOf(scene).filter(({ x, words }) => x > 320 && words !== 'fall')
    const heights = beside.map(({ y }) => y).sort((one, other) => one - other)
    for (const [index, y] of heights.entries()) if (index > 0) expect(y - heights[index - 1]).toBeGreaterThan(13)
    const text = beside.map(({ words }) => words).join(' ')
    for (const name of names) expect(text).toContain(name)
    // Two beside each other between the margins of A4 (184 mm, 6 mm apart): type of at least 6.5 pt.
    expect((12 * 0.75 * (((184 - 6) / 2) * (96 / 25.4))) / scene.width).toBeGreaterThan(6.5)
  })

  it('stay inside the figure of intervals, its axis title too', () => {
    const row = { label: long, detail: 'honest-1, honest-2 and honest-3', state: 'pass' as const, value: 0.5 }
    const rest = { ci95: null, limit: null, reason: '', row: 0 }
    inside(intervals({ title: 't', measure: titles.xTitle, rows: [{ ...row, ...rest }] }))
  })

  it('of references take as many rows as they need, and one that falls together with another keeps its own value', () => {
    const lines = [
      ['edges of the image', 0.018],
      ['random map', 0.024],
      ['average of all outlines', 0.15],
      ['one reader against the others (pixels that more than half of them marked)', 0.67],
      ['localisation model (upper reference)', 0.97]
    ].map(([title, value]) => ({ title: String(title), value: Number(value), decides: true }))
    const row = { state: 'pass' as const, values: [0.1, 1], cases: ['a', 'b'], limit: null, row: 0 }
    const scene = dotAndBox({ title: 't', measure: 'average precision', rows: [{ ...row, label: long }], lines })
    inside(scene)
    const words = textsOf(scene).map((text) => text.words)
    expect(words.some((one) => one.includes('random map 0.024') && one.includes('edges of the image 0.018'))).toBe(true)
  })
})

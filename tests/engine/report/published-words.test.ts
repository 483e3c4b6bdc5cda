import { expect, it } from 'vitest'
import { withSetting } from '@engine/handlers/preset-settings'
import { hereWords, publishedFigures, publishedRows } from '@shared/published-words'
import type { Anchor, ReportPreset } from '@shared/report-preset'

const here: Anchor['here'][number] = { model: 'a', n: 8, value: 3, ci95: null, reason: '' }
const short = (id: string): string => `Net ${id}`

it('every kind of figure has its own unit', () => {
  expect(hereWords(here, 'count', short)).toBe('Net a: 3 of 8 maps')
  expect(hereWords({ ...here, n: 1, value: 0.00135 }, 'p', short)).toBe('Net a: p 0.001, 1 image')
  expect(hereWords({ ...here, value: 0.41, ci95: [0.38, 0.44] }, 'mean', short)).toBe(
    'Net a: 0.41 (0.38–0.44), 8 images'
  )
  expect(hereWords({ ...here, value: 0.41, reason: 'XRAI' }, 'best', short)).toBe('Net a: XRAI, 0.41, 8 images')
  expect(hereWords({ ...here, value: 0.9, reason: 'nodule' }, 'mean', short)).toBe('Net a: 0.90, 8 images, nodule')
  expect(hereWords({ ...here, value: null, reason: 'no outline' }, 'mean', short)).toBe('Net a: no outline')
  expect(hereWords({ ...here, model: '', value: null }, undefined, short)).toBe('not defined')
})

it('figures that differ in the data set alone share a row with one value of this run', () => {
  const anchor = (what: string, set: string, method: string): Anchor => ({
    ...{ what, set, method, published: set === 'SIIM' ? '0.1' : '0.3', source: 'abstract', here: [here] }
  })
  const anchors = [
    anchor('AUPRC', 'SIIM', 'g'),
    anchor('AUPRC', 'SIIM', 'c'),
    anchor('AUPRC', 'RSNA', 'g'),
    anchor('SSIM', 'RSNA', 'g')
  ]
  const rows = publishedRows({ anchors } as unknown as ReportPreset)
  expect(rows.map(({ what, method, studies }) => [what, method, studies.map(({ published }) => published)])).toEqual([
    ['AUPRC', 'g', ['0.1', '0.3']],
    ['AUPRC', 'c', ['0.1']],
    ['SSIM', 'g', ['0.3']]
  ])
})

it('figures are named once, and what this run lacks beside all of their maps is said once', () => {
  const lacking = { ...here, model: 'b', value: null, reason: 'one training run only' }
  const anchor = (what: string, method: string, given: Anchor['here']): Anchor => ({
    ...{ what, set: 'RSNA', method, published: '0.1', source: 'abstract', here: given }
  })
  const anchors = [
    anchor('SSIM', 'g', [here, lacking]),
    anchor('AUPRC', 'g', [here, lacking]),
    anchor('SSIM', 'c', [here, lacking, { ...lacking, model: 'c' }])
  ]
  const figures = publishedFigures({ anchors } as unknown as ReportPreset)
  expect(figures.map(({ what, missing, rows }) => [what, missing, rows.map((row) => row.here)])).toEqual([
    ['SSIM', [lacking], [[here], [here, { ...lacking, model: 'c' }]]],
    ['AUPRC', [], [[here, lacking]]]
  ])
})

it('a departure states the value this run used, or that it used none', () => {
  const run = {
    maps: [{ params: { 'sg.samples': 25 } }, { params: { 'sg.samples': 3 } }, { params: {} }],
    criteria: [{ id: 'fidelity', params: { percents: '5,10', images: null } }],
    background: { split: 'train', n: 4 }
  }
  expect(withSetting('{} copies', { kind: 'maps', param: 'sg.samples' }, run)).toBe('25 and 3 copies')
  expect(withSetting('{} %', { kind: 'criterion', id: 'fidelity', param: 'percents' }, run)).toBe('5, 10 %')
  expect(withSetting('{}', { kind: 'criterion', id: 'fidelity', param: 'images' }, run)).toBe('all')
  expect(withSetting('{}', { kind: 'background' }, run)).toBe('4 images of the split “train”, of other patients')
  expect(withSetting('{}', { kind: 'maps', param: 'xrai.steps' }, run)).toBe('not used in this run')
})

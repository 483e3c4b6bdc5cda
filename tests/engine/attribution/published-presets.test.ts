import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import type { Explainable } from '@engine/attribution/explainable'
import { visualisedProduct } from '@engine/attribution/methods/visualised-product'
import { presetMaps } from '@engine/attribution/planned-map'
import { reduceMap, scoringReduction } from '@engine/attribution/reduction'
import { runExpression } from '@engine/attribution/run-expression'
import { attributeImage, imageOfFile } from '@engine/handlers/attribute-image'
import { ModelShelf } from '@engine/handlers/model-shelf'
import { quietJob } from '@engine/job'
import { tensor } from '@engine/tensor/tensor'
import { testHost } from '../../support/inference'

/** Name, expression and the parameters that differ from the defaults. */
const listed = (id: string): [string, string, unknown][] =>
  presetMaps(id).map((map) => [map.id, map.expression.text, map.params])

describe('presets of published studies', () => {
  it('qtim: the eight maps of A1 with their settings', () => {
    const noise = { 'sg.samples': 25, 'sg.sigma': 0.15 }
    const path = {
      'integrated-gradients.steps': 10,
      'integrated-gradients.rule': 'pair',
      'integrated-gradients.baseline': 'black'
    }
    expect(listed('qtim')).toEqual([
      ['GRAD', 'gradient', {}],
      ['SG', 'gradient+sg2', noise],
      ['IG', 'integrated-gradients', path],
      ['SIG', 'integrated-gradients+sg2', { ...path, ...noise }],
      ['GCAM', 'gradcam', {}],
      ['XRAI', 'xrai', { 'xrai.steps': 100, 'xrai.baseline': 'image-range', 'xrai.algorithm': 'full' }],
      ['GBP', 'guided-backprop', {}],
      ['GGCAM', 'guided-gradcam', { 'guided-gradcam.product': 'visualised', 'guided-gradcam.upsampling': 'linear' }]
    ])
    for (const { reduction } of presetMaps('qtim')) expect(reduction).toMatchObject({ clip: 99, normalise: 'min-max' })
  })

  it('mednet: the algorithms of A2 by its own names, scaled as pytorch-grad-cam', () => {
    const pairs = [
      ['ablationcam', 'ablationcam'],
      ['eigencam', 'eigencam'],
      ['eigengradcam', 'eigengradcam'],
      ['fullgrad', 'fullgrad'],
      ['gradcam', 'gradcam'],
      ['gradcamelementwise', 'gradcam-elementwise'],
      ['gradcam++', 'gradcam-plus-plus'],
      ['hirescam', 'hirescam'],
      ['layercam', 'layercam'],
      ['randomcam', 'randomcam'],
      ['scorecam', 'scorecam'],
      ['xgradcam', 'xgradcam']
    ]
    expect(listed('mednet')).toEqual(
      pairs.map(([id, expr]) => [id, expr, expr === 'fullgrad' ? {} : { [`${expr}.scaling`]: 'pgc' }])
    )
  })

  it('pgc: eleven maps, each 0–1 as it comes', () => {
    expect(listed('pgc').map(([, expr]) => expr)).toEqual([
      'gradcam',
      'hirescam',
      'xgradcam',
      'gradcam-plus-plus',
      'layercam',
      'gradcam-elementwise',
      'eigencam',
      'eigengradcam',
      'scorecam',
      'ablationcam',
      'fullgrad'
    ])
    expect(presetMaps('pgc').map(({ reduction }) => reduction.normalise)).toEqual([
      ...new Array<string>(10).fill('none'),
      'min-max'
    ])
  })

  it('marchadour: five methods × plain, SG, SG² × pixel, region', () => {
    const maps = listed('marchadour')
    const ig = (baseline: string) => ({ 'integrated-gradients.steps': 32, 'integrated-gradients.baseline': baseline })
    const noise = { 'sg.samples': 25, 'sg.sigma': 0.15 }
    const own = {
      bp: ['gradient', {}],
      igb: ['integrated-gradients', ig('black')],
      igbw: ['integrated-gradients', ig('black-white')],
      eg: ['expected-gradients', { 'expected-gradients.samples': 40 }],
      d: ['deconvolution', {}]
    } as const
    const expected = ['+abs', '+abs+region'].flatMap((kind) =>
      Object.entries(own).flatMap(([name, [expr, params]]) =>
        ['', '+sg', '+sg2'].map((smooth) => [
          `${name}${smooth}${kind}`,
          `${expr}${smooth}${kind}`,
          smooth === '' ? params : { ...params, ...noise }
        ])
      )
    )
    expect(maps).toHaveLength(30)
    expect(maps).toEqual(expected)
  })

  it('clinicadl: signed gradients and its own Grad-CAM, unscaled', () => {
    expect(listed('clinicadl')).toEqual([
      ['gradients', 'gradient', {}],
      ['grad-cam', 'gradcam-clinicadl', {}]
    ])
    for (const { reduction } of presetMaps('clinicadl'))
      expect(reduction).toEqual({ reduce: 'sum', clip: 100, normalise: 'none' })
  })
})

describe('gradcam-clinicadl', () => {
  // Two channels on a grid of 2 × 1 × 2; values and gradients chosen by hand.
  const activation = tensor(Float32Array.of(1, 2, 3, 4, 1, -1, 2, 0), [1, 2, 2, 1, 2])
  const gradient = tensor(Float32Array.of(1, 0, 3, 4, -2, 2, 0, 4), [1, 2, 2, 1, 2])
  const model = {
    inputShape: [1, 3, 1, 3],
    outputs: 1,
    black: [0],
    white: [1],
    layers: [{ tensor: 'features', title: 'features', shape: [2, 2, 1, 2] }],
    layer: () => ({ tensor: 'features', title: 'features', shape: [2, 2, 1, 2] }),
    backward: () =>
      Promise.resolve({
        scores: tensor(Float32Array.of(0), [1, 1]),
        gradients: new Map([['features', gradient]]),
        activations: new Map([['features', activation]])
      })
  } as unknown as Explainable
  const run = (pooling: string) =>
    runExpression(
      {
        model,
        input: tensor(new Float32Array(9), [1, 1, 3, 1, 3]),
        start: tensor(Float32Array.of(1), [1, 1]),
        of: 'logit',
        seed: 1,
        job: quietJob()
      },
      parseExpression('gradcam-clinicadl'),
      { 'gradcam-clinicadl.pooling': pooling }
    )

  it('mean over the channels of mean gradient times value, signed, enlarged between corners', async () => {
    const { map, layer } = await run('all-axes')
    // Weights 2 and 1: (2·A₁ + 1·A₂) / 2.
    expect([...(layer?.data ?? [])]).toEqual([1.5, 1.5, 4, 4])
    expect([...map.data]).toEqual([1.5, 1.5, 1.5, 2.75, 2.75, 2.75, 4, 4, 4])
  })

  it('first-two-axes: weights of their own for each place on the last axis, as ClinicaDL 1.x', async () => {
    const { layer } = await run('first-two-axes')
    // Channel 1: weights 2 and 2; channel 2: −1 and 3.
    expect([...(layer?.data ?? [])]).toEqual([(2 - 1) / 2, (4 - 3) / 2, (6 - 2) / 2, (8 + 0) / 2])
  })
})

describe('guided-gradcam, product=visualised', () => {
  it('multiplies two grey pictures, as Arun et al.', () => {
    const guided = tensor(Float32Array.of(1, -3, 0, 2, 1, -1, 0, 0), [1, 2, 2, 2])
    const mask = tensor(Float32Array.of(0, 1, 2, 4), [1, 1, 2, 2])
    const grey = [guided, mask].map((map) => reduceMap(map, scoringReduction).map.data)
    const { data, shape } = visualisedProduct(guided, mask)
    expect(shape).toEqual([1, 1, 2, 2])
    expect([...data]).toEqual([...grey[0]].map((value, index) => value * grey[1][index]))
    // Magnitudes 2, 4, 0, 2; the 99th percentile is 3.94 of them and 3.94 of the mask.
    expect(data[1]).toBeCloseTo(1 / 3.94, 5)
    expect(data[3]).toBeCloseTo(2 / 3.94, 5)
  })
})

describe('on the sample', () => {
  it('clinicadl makes its two maps of a phantom', async () => {
    const host = testHost()
    const out = mkdtempSync(join(tmpdir(), 'saliscope-preset-'))
    const shelf = new ModelShelf(host, 2)
    const { modelId } = await shelf.open(resolve('resources/sample/models/honest-1.onnx'), quietJob())
    const { files } = await attributeImage(
      {
        image: imageOfFile(resolve('resources/sample/cases/p0001.dcm')),
        model: shelf.require(modelId),
        maps: presetMaps('clinicadl'),
        target: 'predicted',
        of: 'logit',
        seed: 1,
        out,
        as: ['npy'],
        version: 'test',
        taken: new Set()
      },
      quietJob()
    )
    rmSync(out, { recursive: true })
    host.dispose()
    expect([...new Set(files.map((file) => basename(file)))].sort()).toEqual([
      'grad-cam.npy',
      'gradients.npy',
      'recipe.json'
    ])
  })
})

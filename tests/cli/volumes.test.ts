import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeNpy, encodeNpy } from '@engine/formats/raster/npy'
import { loadVolume } from '@engine/formats/load'
import { openSeries } from '@engine/formats/open-series'
import { quietJob } from '@engine/job'
import { randomStream } from '@engine/tensor/random'
import { runCommandLine } from '../../src-main/cli/run'
import { dataSetBytes, explicitLittleEndian, part10, sliceElements } from '../engine/formats/make-dicom'
import { spawnFromSource } from '../support/inference'
import { floatInput, floatOutput, floats, node, tinyModel } from '../support/tiny-graphs'

/** A linear model of volumes [N, 1, 5, 3, 4]: its gradient is its weights, whatever the image. */
const [depth, rows, columns] = [5, 3, 4]
const count = depth * rows * columns
const stream = randomStream(1, 'linear volume model')
const weights = Float32Array.from({ length: count }, () => stream.normal())

let folder: string
const at = (...names: string[]): string => join(folder, ...names)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-volumes-'))
  writeFileSync(
    at('linear.onnx'),
    tinyModel({
      nodes: [node('Flatten', ['x'], 'flat'), node('Gemm', ['flat', 'w', 'b'], 'y', { transB: 1 })],
      constants: [floats('w', [1, count], weights), floats('b', [1], [0.5])],
      inputs: [floatInput('x', ['N', 1, depth, rows, columns])],
      outputs: [floatOutput('y')]
    })
  )
  // Oblique slices 2.5 mm apart, written in disorder.
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)]
  mkdirSync(at('series'))
  for (const instance of [3, 1, 5, 2, 4]) {
    const elements = sliceElements({
      instance,
      spacing: [0.8, 0.9],
      orientation: [1, 0, 0, 0, c, s],
      position: [10, -s * 2.5 * instance, c * 2.5 * instance]
    })
    writeFileSync(at('series', `slice-${instance}.dcm`), part10(explicitLittleEndian, dataSetBytes(elements)))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const saliscope = (...args: string[]): Promise<number> => runCommandLine(args, { threads: 2, spawn: spawnFromSource })

describe('attribute with a model of volumes', () => {
  it('puts the slices of a series together, and writes the map on their oblique grid', async () => {
    const status = await saliscope(
      ...['attribute', '--model', at('linear.onnx'), '--input', at('series'), '--method', 'gradient'],
      ...['--out', at('maps'), '--as', 'nifti,npy,png']
    )
    expect(status).toBe(0)
    const [series] = (await openSeries([at('series')], quietJob())).series
    const image = await series.load()
    const there = at('maps', series.name.replace('.dcm', ''), 'linear', 'output-0', 'gradient.nii.gz')
    const map = (await loadVolume(there)).volume
    expect(map.size).toEqual([columns, rows, depth])
    map.affine.forEach((value, index) => expect(value).toBeCloseTo(image.affine[index], 4))
    // The reduction is monotone in |weight| below its clip: voxels rank as the weights do.
    const order = (values: ArrayLike<number>): number[] =>
      Array.from({ length: count }, (_, index) => index).sort((a, b) => Math.abs(values[a]) - Math.abs(values[b]))
    expect(order(map.voxels).slice(0, count - 2)).toEqual(order(weights).slice(0, count - 2))
  })

  it('explains the volume of a 4-D file that is named, on its grid and under its number', async () => {
    const input = fileURLToPath(new URL('../fixtures/formats/nifti/nifti2-4d.nii.gz', import.meta.url))
    const status = await saliscope(
      ...['attribute', '--model', at('linear.onnx'), '--input', `${input}[1]`, '--method', 'input-x-gradient'],
      ...['--out', at('fourth'), '--as', 'nifti']
    )
    expect(status).toBe(0)
    expect(readdirSync(at('fourth')).filter((name) => name.startsWith('nifti2-4d'))).toEqual(['nifti2-4d-volume-1'])
    const map = at('fourth', 'nifti2-4d-volume-1', 'linear', 'output-0', 'input-x-gradient.nii.gz')
    const [{ volume }, named] = [await loadVolume(map), await loadVolume(`${input}[1]`)]
    expect(volume.size).toEqual(named.volume.size)
    volume.affine.forEach((value, index) => expect(value).toBeCloseTo(named.volume.affine[index], 4))
    const past = await saliscope(
      ...[
        'attribute',
        '--model',
        at('linear.onnx'),
        '--input',
        `${input}[2]`,
        '--method',
        'gradient',
        '--out',
        at('past')
      ]
    )
    expect(past).toBe(2)
  })

  it('takes a raw input with five axes and answers in its shape, for every gradient method and occlusion', async () => {
    const input = Float32Array.from({ length: 2 * count }, () => stream.normal())
    writeFileSync(at('input.npy'), encodeNpy(input, [2, 1, depth, rows, columns]))
    const status = await saliscope(
      ...['attribute', '--model', at('linear.onnx'), '--tensor', at('input.npy'), '--target', '0', '--out', at('raw')],
      ...['--method', 'gradient,input-x-gradient,gradient+sg,integrated-gradients,occlusion'],
      ...['--param', 'occlusion.window=1,2,1,2', '--param', 'occlusion.stride=1,2,1,2', '--param', 'sg.samples=3'],
      ...['--param', 'integrated-gradients.baseline=0']
    )
    expect(status).toBe(0)
    const read = (name: string): Float32Array => {
      const { samples, shape } = decodeNpy(readFileSync(at('raw', `${name}.npy`)), name)
      expect(shape).toEqual([2, 1, depth, rows, columns])
      return Float32Array.from(samples as Float32Array)
    }
    const product = input.map((value, index) => value * weights[index % count])
    const closeTo = (found: Float32Array, expected: ArrayLike<number>): void =>
      found.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 4))
    const twice = Float32Array.from({ length: 2 * count }, (_, index) => weights[index % count])
    closeTo(read('gradient'), twice)
    closeTo(read('gradient+sg'), twice)
    closeTo(read('input-x-gradient'), product)
    closeTo(read('integrated-gradients'), product)
    // Covering a window with 0 takes away its share of the score; the last window along the depth is one slice thick.
    const covered = Float32Array.from(product, (_, index) => {
      const [row, rest] = [Math.floor(index / count), index % count]
      const [d, h, w] = [Math.floor(rest / (rows * columns)), Math.floor(rest / columns) % rows, rest % columns]
      let sum = 0
      for (let dd = d - (d % 2); dd < Math.min(depth, d - (d % 2) + 2); dd++)
        for (let ww = w - (w % 2); ww < w - (w % 2) + 2; ww++)
          sum += product[row * count + (dd * rows + h) * columns + ww]
      return sum
    })
    closeTo(read('occlusion'), covered)
  })
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { encodeNpy } from '@engine/formats/raster/npy'
import type { Volume } from '@engine/geometry/volume'
import { CaseShelf } from '@engine/handlers/case-shelf'
import { experimentCases } from '@engine/handlers/experiment-cases'
import { readExperiment } from '@engine/handlers/experiment-file'
import { openExperiment } from '@engine/handlers/experiment-parts'
import { FileExperimentRun } from '@engine/handlers/experiment-run'
import { runSpec } from '@engine/handlers/experiment-spec'
import { quietJob } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import { testHost } from './inference'
import { floatPort, floats, onnxFile } from './onnx-file'

export const models = resolve('resources/sample/models')
export const folder = mkdtempSync(join(tmpdir(), 'saliscope-body-models-'))
let host: InferenceHost
export const hostOf = (): InferenceHost => host

/** Bright all over; a dark lung in columns 3–10, rows 2–7, whose left half is darker. Otsu's body is something else. */
export const [columns, rows] = [16, 12]
export const picture = new Float32Array(columns * rows).fill(1)
for (let row = 2; row < 8; row++) {
  picture.fill(0.2, row * columns + 3, row * columns + 7)
  picture.fill(0.4, row * columns + 7, row * columns + 11)
}

/** Two channels, each 1 where the image is darker than a value: `left` below .3, `both` below .5. */
export function writeModel(name: string, change: { labels?: string[]; mode?: object; kind?: string } = {}): string {
  const { labels = ['left', 'both'], mode = { kind: 'image' }, kind = 'segmentation' } = change
  const dims = ['N', 1, rows, columns]
  const onnx = join(folder, `${name}.onnx`)
  writeFileSync(
    onnx,
    onnxFile({
      nodes: [{ opType: 'Conv', inputs: ['image', 'kernel', 'offset'], outputs: ['seen'] }],
      constants: [
        floats(
          'kernel',
          [labels.length, 1, 1, 1],
          labels.map(() => -100)
        ),
        floats(
          'offset',
          [labels.length],
          labels.map((label) => (label === 'left' ? 30 : 50))
        )
      ],
      inputs: [floatPort('image', dims)],
      outputs: [floatPort('seen', ['N', labels.length, rows, columns])]
    })
  )
  const card = JSON.parse(readFileSync(join(models, 'localiser.card.json'), 'utf8')) as { input: object }
  const values = { from: 'range', low: 0, high: 1 }
  const input = { ...card.input, size: [rows, columns], values, mean: [0], std: [1], range: [0, 1] }
  const outputs = [{ name: 'seen', kind, activation: 'sigmoid', labels, threshold: 0.5 }]
  writeFileSync(onnx.replace('.onnx', '.card.json'), JSON.stringify({ ...card, name, mode, input, outputs }))
  return `${name}.onnx`
}

export function writeExperiment(change: object): string {
  const path = join(folder, 'experiment.json')
  const classifier = { id: 'honest', onnx: join(models, 'honest-1.onnx'), card: join(models, 'honest-1.card.json') }
  const base = { grid: 'image', models: [classifier], cases: [{ id: 'one', image: 'one.npy' }], methods: ['gradient'] }
  writeFileSync(path, JSON.stringify({ ...base, ...change }))
  return path
}

export async function opened(change: object): Promise<FileExperimentRun> {
  const parts = await openExperiment(readExperiment(writeExperiment(change)), { host, threads: 2, job: quietJob() })
  return new FileExperimentRun(parts, runSpec(parts))
}

export function openedImage(): Promise<Volume> {
  const cases = new CaseShelf()
  cases.add(experimentCases(readExperiment(writeExperiment({})), { source: 'own', prefix: '' }))
  return cases.volume('one')
}

export const drawn = (labels: ArrayLike<number>): string[] =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => labels[row * columns + column])
      .join('')
      .replaceAll('0', '.')
  )

const empty = '.'.repeat(columns)
export const lung = [
  ...[empty, empty],
  ...Array<string>(3).fill('...11112222.....'),
  ...Array<string>(3).fill('...33334444.....'),
  ...Array<string>(4).fill(empty)
]
export const left = [
  ...[empty, empty],
  ...Array<string>(3).fill('...1122.........'),
  ...Array<string>(3).fill('...3344.........'),
  ...Array<string>(4).fill(empty)
]
export const source = { grid: { rows: 2, columns: 2 } }
export const fitted = (mask: object): object => ({ regions: { source, fit: { by: 'mask', mask } } })

/** Files and an inference process for the tests of this file. */
export function withDrawnBody(): void {
  beforeAll(() => {
    host = testHost()
    writeFileSync(join(folder, 'one.npy'), encodeNpy(picture, [rows, columns]))
    writeFileSync(join(folder, 'bright.npy'), encodeNpy(new Float32Array(picture.length).fill(1), [rows, columns]))
  })
  afterAll(() => {
    host.dispose()
    rmSync(folder, { recursive: true, force: true })
  })
}

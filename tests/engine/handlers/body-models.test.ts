import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as v from 'valibot'
import { encodeNpy } from '@engine/formats/raster/npy'
import { readExperiment } from '@engine/handlers/experiment-file'
import { openExperiment } from '@engine/handlers/experiment-parts'
import { FileExperimentRun } from '@engine/handlers/experiment-run'
import { runSpec } from '@engine/handlers/experiment-spec'
import { regionHandlers } from '@engine/handlers/region-view'
import { chosenCriteria } from '@engine/handlers/assess'
import { ModelShelf } from '@engine/handlers/model-shelf'
import { openCasesExperiment } from '@engine/handlers/open-cases-experiment'
import { CaseShelf } from '@engine/handlers/case-shelf'
import { experimentCases } from '@engine/handlers/experiment-cases'
import { experimentFiles } from '@engine/handlers/experiment-hashes'
import { openBodyModel } from '@engine/handlers/body-models'
import { openLocaliser } from '@engine/handlers/localisers'
import type { Workbench } from '@engine/handlers/workbench'
import type { Volume } from '@engine/geometry/volume'
import { quietJob } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { RegionSet } from '@shared/region-set'
import { ChosenModel, type RegionQuestion } from '@shared/region-view'
import { testHost } from '../../support/inference'
import { floatPort, floats, onnxFile } from '../../support/onnx-file'

const models = resolve('resources/sample/models')
const folder = mkdtempSync(join(tmpdir(), 'saliscope-body-models-'))
let host: InferenceHost

/** Bright all over; a dark lung in columns 3–10, rows 2–7, whose left half is darker. Otsu's body is something else. */
const [columns, rows] = [16, 12]
const picture = new Float32Array(columns * rows).fill(1)
for (let row = 2; row < 8; row++) {
  picture.fill(0.2, row * columns + 3, row * columns + 7)
  picture.fill(0.4, row * columns + 7, row * columns + 11)
}

/** Two channels, each 1 where the image is darker than a value: `left` below .3, `both` below .5. */
function writeModel(name: string, change: { labels?: string[]; mode?: object; kind?: string } = {}): string {
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

function writeExperiment(change: object): string {
  const path = join(folder, 'experiment.json')
  const classifier = { id: 'honest', onnx: join(models, 'honest-1.onnx'), card: join(models, 'honest-1.card.json') }
  const base = { grid: 'image', models: [classifier], cases: [{ id: 'one', image: 'one.npy' }], methods: ['gradient'] }
  writeFileSync(path, JSON.stringify({ ...base, ...change }))
  return path
}

async function opened(change: object): Promise<FileExperimentRun> {
  const parts = await openExperiment(readExperiment(writeExperiment(change)), { host, threads: 2, job: quietJob() })
  return new FileExperimentRun(parts, runSpec(parts))
}

function openedImage(): Promise<Volume> {
  const cases = new CaseShelf()
  cases.add(experimentCases(readExperiment(writeExperiment({})), { source: 'own', prefix: '' }))
  return cases.volume('one')
}

const drawn = (labels: ArrayLike<number>): string[] =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => labels[row * columns + column])
      .join('')
      .replaceAll('0', '.')
  )

const empty = '.'.repeat(columns)
const lung = [
  ...[empty, empty],
  ...Array<string>(3).fill('...11112222.....'),
  ...Array<string>(3).fill('...33334444.....'),
  ...Array<string>(4).fill(empty)
]
const left = [
  ...[empty, empty],
  ...Array<string>(3).fill('...1122.........'),
  ...Array<string>(3).fill('...3344.........'),
  ...Array<string>(4).fill(empty)
]
const source = { grid: { rows: 2, columns: 2 } }
const fitted = (mask: object): object => ({ regions: { source, fit: { by: 'mask', mask } } })

beforeAll(() => {
  host = testHost()
  writeFileSync(join(folder, 'one.npy'), encodeNpy(picture, [rows, columns]))
  writeFileSync(join(folder, 'bright.npy'), encodeNpy(new Float32Array(picture.length).fill(1), [rows, columns]))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

describe('regions laid on what a segmentation model draws', () => {
  it('cover the box of the channels that are named, in an experiment', async () => {
    const onnx = writeModel('lungs')
    for (const [labels, expected] of [
      [['left'], left],
      [['Both'], lung],
      [['left', 'both'], lung]
    ] as const) {
      const run = await opened(fitted({ onnx, labels }))
      const found = await run.regions('honest', 'one')
      if ('unavailable' in found) throw new Error(found.unavailable)
      expect(drawn(found.labels)).toEqual(expected)
      expect(run.spec.regionFit).toBe('what “lungs” draws on it')
    }
  })

  it('follow the threshold that is stated', async () => {
    // sigmoid(50 − 100 × .4) is .99995, sigmoid(50 − 100 × .2) more: only the darker half reaches .99999.
    const run = await opened(fitted({ onnx: writeModel('sure', { labels: ['both'] }), threshold: 0.99999 }))
    const found = await run.regions('honest', 'one')
    expect('labels' in found && drawn(found.labels)).toEqual(left)
  })

  it('are the same in the window', async () => {
    const path = writeExperiment({})
    const cases = new CaseShelf()
    cases.add(experimentCases(readExperiment(path), { source: 'own', prefix: '' }))
    const workbench = { cases, host, options: { resolveGrant: (grant: string) => grant, threads: 2 } }
    const handlers = regionHandlers(workbench as unknown as Workbench)
    const grant = join(folder, writeModel('lungs'))
    expect(await handlers['regions.model']({ grant }, quietJob())).toEqual({ title: 'lungs', labels: ['left', 'both'] })
    const question: RegionQuestion = {
      caseId: 'one',
      mapId: null,
      slice: 0,
      set: { kind: 'grid', rows: 2, columns: 2 },
      fit: 'model',
      model: { grant, labels: ['both'] },
      score: 'mean',
      landmarks: [],
      offset: [0, 0, 0]
    }
    expect(drawn((await handlers['regions.fit'](question, quietJob())).labels)).toEqual(lung)
    await expect(handlers['regions.fit']({ ...question, model: { grant, labels: [] } }, quietJob())).rejects.toThrow(
      /several channels and none is chosen \(left, both\)/u
    )
    await expect(handlers['regions.fit']({ ...question, model: null }, quietJob())).rejects.toThrow(/No segmentation/u)
    await expect(handlers['regions.model']({ grant: join(folder, 'none.onnx') }, quietJob())).rejects.toMatchObject({
      code: 'not-found'
    })
  })

  it('are drawn by one session, whatever channels are ticked, opened anew with a changed card', async () => {
    const cases = new CaseShelf()
    cases.add(experimentCases(readExperiment(writeExperiment({})), { source: 'own', prefix: '' }))
    const opening = vi.spyOn(host, 'open')
    const closing = vi.spyOn(host, 'close')
    const workbench = { cases, host, options: { resolveGrant: (grant: string) => grant, threads: 2 } }
    const handlers = regionHandlers(workbench as unknown as Workbench)
    const grant = join(folder, writeModel('ticked'))
    const rowsWith = async (labels: string[]): Promise<string[]> => {
      const question = { caseId: 'one', mapId: null, slice: 0, set: { kind: 'grid' as const, rows: 2, columns: 2 } }
      const laid = { fit: 'model' as const, model: { grant, labels }, score: 'mean' as const, landmarks: [] }
      const asked: RegionQuestion = { ...question, ...laid, offset: [0, 0, 0] }
      return drawn((await handlers['regions.fit'](asked, quietJob())).labels)
    }
    expect(await rowsWith(['left'])).toEqual(left)
    expect(await rowsWith(['left', 'both'])).toEqual(lung)
    const opened = opening.mock.calls.length
    expect(await rowsWith(['both'])).toEqual(lung)
    expect(opening.mock.calls.length).toBe(opened)
    const card = grant.replace('.onnx', '.card.json')
    // Another scaling of the image: nothing is dark any more.
    writeFileSync(card, readFileSync(card, 'utf8').replace('"low":0', '"low":-9'))
    closing.mockClear()
    await expect(rowsWith(['left'])).rejects.toThrow(/draws nothing/u)
    expect(closing).toHaveBeenCalled()
    opening.mockRestore()
    closing.mockRestore()
  })

  it('keep one array of the image, however many channels, and are refused before too much is held', async () => {
    const labels = Array.from({ length: 104 }, (_, index) => (index === 7 ? 'left' : `organ ${index}`))
    const path = join(folder, writeModel('organs', { labels }))
    const tools = { host, threads: 2, job: quietJob() }
    const model = await openLocaliser({ id: 'organs', path, cardPath: undefined }, tools)
    const image = await openedImage()
    const found = await model.onImage(image, labels, quietJob())
    expect(found).toBeInstanceOf(Float32Array)
    expect(found!.length).toBe(picture.length)
    const alone = (await model.onImage(image, ['organ 3'], quietJob()))!
    // The others see all of the lung, `left` no more than they do.
    expect([...found!]).toEqual([...alone])
    const huge = { ...image, voxels: { length: 2 ** 30 }, samples: 1 } as unknown as typeof image
    await expect(model.onImage(huge, labels, quietJob())).rejects.toMatchObject({ code: 'too-large' })
    model.close()
  })

  it('take a model of the whole body, with its hundred channels', async () => {
    const labels = Array.from({ length: 104 }, (_, index) => `organ ${index}`)
    expect(v.safeParse(ChosenModel, { grant: 'g', labels }).success).toBe(true)
    const run = await opened(fitted({ onnx: writeModel('body', { labels }), labels }))
    const found = await run.regions('honest', 'one')
    expect('labels' in found && drawn(found.labels)).toEqual(lung)
  })

  it('go on for who still waits when somebody else stops', async () => {
    const onnx = join(folder, writeModel('shared'))
    const order = { onnx, card: null, labels: ['left'], threshold: null }
    const model = await openBodyModel({ order, path: (name) => name }, { host, threads: 2, job: quietJob() })
    const image = await openedImage()
    const stop = new AbortController()
    const first = model.mask(image, order, quietJob(stop.signal))
    const second = model.mask(image, order, quietJob())
    stop.abort()
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    expect(typeof (await second)).toBe('object')
    model.close()
  })

  it('stand in the report’s list of files, and the body can be drawn by the same model', async () => {
    const onnx = writeModel('lungs')
    const mask = { onnx, labels: ['left'] }
    const body = { mask, title: 'the left lung' }
    const path = writeExperiment({ ...fitted(mask), body })
    const parts = await openExperiment(readExperiment(path), { host, threads: 2, job: quietJob() })
    const files = await experimentFiles(parts)
    expect(Object.keys(files)).toContain('lungs.onnx')
    // The card beside the model is part of it: another threshold there is another recipe.
    const card = join(folder, 'lungs.card.json')
    writeFileSync(card, readFileSync(card, 'utf8').replace('"threshold":0.5', '"threshold":0.6'))
    const changed = await experimentFiles(parts)
    expect(changed['lungs.card.json']).toMatch(/^[0-9a-f]{64}$/u)
    expect(changed['lungs.card.json']).not.toBe(files['lungs.card.json'])
    const zones = await new FileExperimentRun(parts, runSpec(parts)).zones('honest', 'one')
    expect(zones).toMatchObject({ bodyTitle: 'the left lung', bodyGiven: true })
    const expected = Uint8Array.from(picture, (value) => (value < 0.3 ? 1 : 0))
    expect(typeof zones.body === 'string' ? zones.body : [...zones.body]).toEqual([...expected])
  })

  it('say what is missing', async () => {
    const refused = async (mask: object, message: RegExp): Promise<void> => {
      await expect(opened(fitted(mask))).rejects.toThrow(message)
    }
    await refused({ onnx: 'none.onnx' }, /none\.onnx/u)
    await refused({ onnx: writeModel('lungs'), labels: ['liver'] }, /has no channel “liver”/u)
    await refused({ onnx: writeModel('logits', { kind: 'logit' }) }, /its output is a logit/u)
    const middle = { kind: 'slice', axis: 'k', selection: 'middle' }
    await refused({ onnx: writeModel('middle', { mode: middle }) }, /looks at some slices only/u)
    const run = await opened({ ...fitted({ onnx: writeModel('lungs') }) })
    expect(await run.regions('honest', 'one')).toMatchObject({ unavailable: expect.stringMatching(/none is chosen/u) })
    const nothing = await opened({
      ...fitted({ onnx: writeModel('lungs'), labels: ['both'] }),
      cases: [{ id: 'one', image: 'bright.npy' }]
    })
    expect(await nothing.regions('honest', 'one')).toEqual({
      unavailable: 'the segmentation model draws nothing on this image'
    })
  })
})

describe('regions of the window', () => {
  it('are taken along into an assessment of the open cases', async () => {
    const cases = new CaseShelf()
    cases.add(experimentCases(readExperiment(writeExperiment({})), { source: 'own', prefix: '' }))
    const shelf = new ModelShelf(host, 2)
    await shelf.open(join(models, 'honest-1.onnx'), quietJob(), { modelId: 'honest' })
    const expected = [{ label: 'Opacity', regions: ['row 1, column 1'], code: null }]
    const regions = {
      set: { kind: 'grid' as const, rows: 2, columns: 2 },
      fit: 'model' as const,
      model: { grant: 'g', labels: ['left'] },
      landmarks: {},
      expected
    }
    const request = {
      source: 'open' as const,
      cases: ['one'],
      models: ['honest'],
      methods: [{ expression: 'gradient', params: {} }]
    }
    const { loaded, parts: open } = openCasesExperiment(
      { cases, models: shelf } as unknown as Workbench,
      { ...request, title: 'Open', target: 'label', regions },
      { g: join(folder, writeModel('lungs')) }
    )
    expect(chosenCriteria(loaded).some(({ criterion }) => criterion.id === 'regions')).toBe(true)
    expect(JSON.stringify(loaded.experiment)).not.toContain(folder)
    const parts = await openExperiment(loaded, { host, threads: 2, job: quietJob(), opened: open })
    expect(Object.keys(await experimentFiles(parts))).toEqual(['lungs.onnx', 'lungs.card.json'])
    const run = new FileExperimentRun(parts, runSpec(parts))
    expect(run.spec.expectedRegions).toEqual(expected)
    // On the grid of the classifier: the middle of a pixel of the image, on its 128 × 128.
    const found = await run.regions('honest', 'one')
    if ('unavailable' in found) throw new Error(found.unavailable)
    expect(found.shape).toEqual([128, 128])
    const at = (row: number, column: number): number =>
      found.labels[Math.floor(((row + 0.5) * 128) / rows) * 128 + Math.floor(((column + 0.5) * 128) / columns)]
    expect([at(3, 4), at(3, 6), at(6, 4), at(6, 6), at(3, 8), at(0, 0)]).toEqual([1, 2, 3, 4, 0, 0])
  })
})

describe('what an expert expects', () => {
  const set = (expected: object[]): RegionSet =>
    ({
      version: 1,
      title: 'Halves',
      source: { grid: { rows: 1, columns: 2 } },
      names: { '1': 'left' },
      expected
    }) as never

  it('comes from the file of the set, where the experiment does not say otherwise', async () => {
    const opacity = { label: 'Opacity', regions: ['left'], code: { system: 'HPO', value: 'HP:0031983' } }
    const nodule = { label: 'Nodule', regions: ['row 1, column 2'] }
    writeFileSync(join(folder, 'halves.regions.json'), JSON.stringify(set([opacity, nodule])))
    const own = { label: 'nodule', regions: ['left'], code: 'RID3875' }
    const run = await opened({ regions: { source: { set: 'halves.regions.json' }, expected: [own] } })
    expect(run.spec.expectedRegions).toEqual([own, { ...opacity, code: 'HPO HP:0031983' }])
  })

  it('is nothing for a finding whose regions were all taken back', async () => {
    writeFileSync(join(folder, 'taken.regions.json'), JSON.stringify(set([{ label: 'Opacity', regions: ['left'] }])))
    const run = await opened({
      regions: { source: { set: 'taken.regions.json' }, expected: [{ label: 'opacity', regions: [] }] }
    })
    expect(run.spec.expectedRegions).toEqual([])
  })

  it('is refused with a code that does not exist', async () => {
    const wrong = { label: 'Pneumonia', regions: ['left'], code: { system: 'SNOMED CT', value: '233604008' } }
    writeFileSync(join(folder, 'wrong.regions.json'), JSON.stringify(set([wrong])))
    await expect(opened({ regions: { source: { set: 'wrong.regions.json' } } })).rejects.toThrow(/last digit/u)
  })
})

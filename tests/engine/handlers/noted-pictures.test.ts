import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createEngine, type Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { CaseSummary, MapSummary } from '@shared/vocabulary'
import { inProcess } from '../../support/in-process'

const sample = resolve('resources/sample')
const job = quietJob()
let folder: string
let engine: Engine
let cases: CaseSummary[]
let modelId: string
/** One of the radiograph with the lesion, one of that without. */
let maps: MapSummary[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'noted-pictures-'))
  mkdirSync(join(folder, 'out'))
  engine = createEngine({
    spawn: inProcess,
    sampleFolder: sample,
    workspaceFolder: null,
    resolveGrant: (grant) => grant,
    version: '0.0.0-test',
    threads: 1
  })
  const grants = ['p0001.dcm', 'p0002.dcm'].map((name) => join(sample, 'cases', name))
  cases = (await engine.call('study.open', { grants }, job)).cases
  modelId = (await engine.call('model.open', { grant: join(sample, 'models', 'honest-1.onnx') }, job)).modelId
  const order = {
    cases: cases.map((one) => one.caseId),
    models: [modelId],
    methods: [{ expression: 'gradcam', params: {} }]
  }
  await engine.call('map.compute', { ...order, target: 'predicted', of: 'logit', seed: 1 }, job)
  const list = async (): Promise<MapSummary[]> =>
    (await Promise.all(cases.map(({ caseId }) => engine.call('map.list', { caseId }, job)))).flat()
  await vi.waitFor(async () => expect((await list()).map(({ state }) => state)).toEqual(['done', 'done']), {
    timeout: 60_000
  })
  maps = await list()
})
afterAll(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

/** Files of one map in one format, below a folder of its own. */
async function written(map: MapSummary, format: string): Promise<string> {
  const grant = join(folder, 'out', `${format}-${map.mapId}`)
  mkdirSync(grant)
  const order = { mapIds: [map.mapId], grant, as: [format], identity: 'pseudonym' as const }
  const { files } = await engine.call('map.save', { ...order, threshold: 0.5, positiveOnly: false }, job)

  return join(grant, files.find((name) => !name.endsWith('.json')) ?? '')
}

/** Pixels of light writing in the lower middle of a picture's image, between its edges and letters. */
async function writing(path: string): Promise<number> {
  const image = await loadImage(readFileSync(path))
  const canvas = createCanvas(image.width, image.height)
  const pen = canvas.getContext('2d')
  pen.drawImage(image, 0, 0)
  const [width, bottom] = [image.width - 86, image.height - 34]
  const { data } = pen.getImageData(30, bottom - 90, width - 60, 60)
  let found = 0
  for (let at = 0; at < data.length; at += 4)
    if (data[at] === 0xdc && data[at + 1] === 0xe1 && data[at + 2] === 0xe5) found++

  return found
}

describe('a map of a finding the model does not see', () => {
  it('says what the model says of it, as the prediction does', async () => {
    for (const [at, map] of maps.entries()) {
      const said = await engine.call('prediction.read', { caseId: cases[at].caseId, modelId, variant: null }, job)
      expect(map.answer?.probability).toBeCloseTo(said.probabilities[0] ?? NaN, 6)
      // One output is always the predicted one.
      expect(map.answer?.predicted).toBe(true)
    }
    expect(maps[0].answer?.probability).toBeGreaterThan(0.5)
    expect(maps[1].answer?.probability).toBeLessThan(0.5)
  })

  it('carries the sentence in the picture that is written, and no other map does', async () => {
    const [seen, unseen] = [await written(maps[0], 'png'), await written(maps[1], 'png')]
    expect(await writing(seen)).toBeLessThan(20)
    expect(await writing(unseen)).toBeGreaterThan(60)
  })

  it('carries it in the words of a presentation state', async () => {
    const [seen, unseen] = await Promise.all(
      maps.map(async (map) => readFileSync(await written(map, 'dicom-pr'), 'latin1'))
    )
    expect(unseen).toContain('The model does not see')
    expect(seen).not.toContain('does not see')
  })
})

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '@engine/engine'
import { encodeNpy } from '@engine/formats/raster/npy'
import { readExperiment } from '@engine/handlers/experiment-file'
import { quietJob } from '@engine/job'
import { sliceFile } from '../formats/make-dicom'
import { plant } from '../formats/datasets/tree'
import { commandLine, inProcess } from '../../support/in-process'
import { smallClassifier } from '../../support/small-classifier'

const job = quietJob()
let engine: Engine
let out: string
let workspace: string

const newEngine = (): Engine =>
  createEngine({
    ...{
      spawn: inProcess,
      sampleFolder: resolve('resources/sample'),
      workspaceFolder: workspace,
      version: 'test',
      threads: 1
    },
    resolveGrant: (grant) => grant
  })

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'import-'))
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'))
  engine = newEngine()
})
afterAll(async () => {
  await engine.shutDown()
  for (const folder of [out, workspace]) rmSync(folder, { recursive: true, force: true })
})

/** Two pictures of 3 × 4 pixels with one mask, and a row whose image is broken. */
function pictures(): string {
  const picture = encodeNpy(
    Float32Array.from({ length: 12 }, (_, at) => at),
    [3, 4]
  )
  const mask = encodeNpy(
    Uint8Array.from({ length: 12 }, (_, at) => (at < 3 ? 1 : 0)),
    [3, 4]
  )
  return plant({
    'cases.csv':
      'case,patient,image,label,mask,split\na,P1,a.npy,sick,m.npy,test\nb,P2,b.npy,well,,test\nc,P3,c.npy,well,,test\n',
    ...{ 'a.npy': picture, 'b.npy': picture, 'm.npy': mask, 'c.npy': 'no array' }
  })
}

describe('importing a dataset', () => {
  it('previews without opening anything', async () => {
    const preview = await engine.call(
      'dataset.preview',
      { grant: pictures(), wishes: {} as never, labelTable: null },
      job
    )
    expect(preview.counts).toEqual({ cases: 3, patients: 3, labelled: 3, withMask: 1, withBoxes: 0 })
    expect(await engine.call('study.list', {}, job)).toEqual([])
  })

  it('opens its cases with label, mask, thumbnail and size, lists what cannot be opened, and opens them again after a restart', async () => {
    const root = pictures()
    const order = { grant: root, wishes: {} as never, labelTable: null, open: true, save: out }
    const { cases, problems, files } = await engine.call('dataset.import', order, job)
    expect(cases.map(({ title, label, size, masks }) => [title, label, size, masks])).toEqual([
      ['a', 'sick', [4, 3, 1], 1],
      ['b', 'well', [4, 3, 1], 0]
    ])
    expect(problems.map(({ file, fault }) => [file, fault.code])).toEqual([['c', 'unsupported-file']])
    expect(files).toEqual(['experiment.json'])
    const { masks } = await engine.call('mask.read', { caseId: cases[0].caseId }, job)
    expect(masks.map(({ reader, voxels }) => [reader, voxels])).toEqual([['reader 1', 3]])
    const thumbnail = await engine.call('image.thumbnail', { caseId: cases[0].caseId, edge: 16 }, job)
    expect(thumbnail).toMatchObject({ width: 16, height: 12 })

    const again = newEngine()
    const restored = await again.call('study.restore', {}, job)
    expect(restored.cases.map(({ caseId, label, masks: count }) => [caseId, label, count])).toEqual(
      cases.map(({ caseId, label, masks: count }) => [caseId, label, count])
    )
    await again.shutDown()
  })

  it('loads the series of a case from its folder, by its UID', async () => {
    const slice = (series: string, at: number): Uint8Array =>
      sliceFile({ series, instance: at, position: [0, 0, at * 2], more: [['00100020', 'LO', 'X']] })
    const root = plant({ '1': slice('1.1', 1), '2': slice('1.1', 2), '3': slice('1.1', 3), '4': slice('1.2', 4) })
    const saved = join(root, 'experiment.json')
    const order = { grant: root, wishes: {} as never, labelTable: null, open: true, save: saved }
    const { cases } = await engine.call('dataset.import', order, job)
    expect(cases.map(({ size }) => size)).toEqual([
      [4, 3, 3],
      [4, 3, 1]
    ])
    const { experiment } = readExperiment(saved)
    expect(experiment.cases.map(({ image, series }) => [image, series])).toEqual([
      ['.', '1.1'],
      ['4', undefined]
    ])
    const shown = await engine.call('image.read', { caseId: cases[0].caseId, variant: null }, job)
    expect([shown.min, shown.max]).toEqual([100, 311])
    const opened = await engine.call('study.open', { grants: [saved] }, job)
    expect(opened.cases.map(({ size }) => size)).toEqual([
      [4, 3, 3],
      [4, 3, 1]
    ])
  })

  it('refuses a folder that is nothing, and a dataset of which nothing matched', async () => {
    const nothing = { grant: plant({ 'readme.txt': 'x' }), wishes: {} as never, labelTable: null }
    await expect(engine.call('dataset.preview', nothing, job)).rejects.toMatchObject({ code: 'unsupported-file' })
    const gone = {
      grant: plant({ 'c.csv': 'image\ngone.png\n' }),
      wishes: {} as never,
      labelTable: null,
      open: true,
      save: null
    }
    await expect(engine.call('dataset.import', gone, job)).rejects.toMatchObject({
      code: 'bad-file',
      hint: 'there is no file “gone.png”.'
    })
  })
})

describe('saliscope import', () => {
  it('prints the preview, writes an experiment with relative paths, models with cards and chosen methods', async () => {
    const root = pictures()
    const file = join(root, 'study', 'experiment.json')
    const model = resolve('resources/sample/models/brain.onnx')
    const end = await commandLine(['import', root, '--out', file, '--models', model, '--methods', 'gradient,gradcam'])
    expect(end.status).toBe(0)
    expect(end.stdout).toMatch(
      /table of cases\n3 cases of 3 patients; 3 with a label, 1 with a mask, 0 with boxes\nLabels: well 2, sick 1/
    )
    const { experiment, path } = readExperiment(file)
    expect(experiment.methods).toEqual(['gradient', 'gradcam'])
    expect(existsSync(path(experiment.models[0].onnx))).toBe(true)
    expect(existsSync(path(experiment.models[0].card ?? ''))).toBe(true)
    expect(experiment.cases.map(({ id, patient, label, split }) => [id, patient, label, split])[0]).toEqual([
      'a',
      'P1',
      'sick',
      'test'
    ])
    expect(experiment.cases[0].image).toBe('../a.npy')
    const inside = await commandLine(['import', root, '--out', join(root, 'experiment.json')])
    expect(inside.stderr).toMatch(/names no model yet/)
    expect(readExperiment(join(root, 'experiment.json')).experiment.cases[0]).toMatchObject({
      image: 'a.npy',
      masks: [{ path: 'm.npy' }]
    })
    const assessed = await commandLine(['assess', join(root, 'experiment.json'), '--out', out])
    expect(assessed).toMatchObject({ status: 3 })
    expect(assessed.stderr).toMatch(/names no model to assess/)
  })

  it('leads to a report also where cases are folders of series', async () => {
    const slice = (patient: string, at: number): Uint8Array =>
      sliceFile({
        ...{ rows: 8, columns: 8, series: `1.${patient.length}`, instance: at, position: [0, 0, at * 2] },
        more: [['00100020', 'LO', patient]]
      })
    const root = plant({
      ...{ 'x/1': slice('P', 1), 'x/2': slice('P', 2), 'y/1': slice('QQ', 3), 'y/2': slice('QQ', 4) },
      'labels.csv': 'PatientID,label\nP,a\nQQ,b\n',
      'three.onnx': smallClassifier()
    })
    const input = { name: 'x', layout: 'NCHW', size: [8, 8], channels: 3, values: { from: 'range', low: 0, high: 500 } }
    const card = {
      ...{
        version: 1,
        name: 'three',
        mode: { kind: 'slice' },
        input: { ...input, mean: [0], std: [1], range: [0, 1] }
      },
      outputs: [{ name: 'y', kind: 'logit', activation: 'softmax', labels: ['a', 'b', 'c'] }]
    }
    writeFileSync(join(root, 'three.card.json'), JSON.stringify(card))
    const file = join(root, 'experiment.json')
    const order = ['--labels', join(root, 'labels.csv'), '--models', join(root, 'three.onnx'), '--methods', 'gradient']
    expect(await commandLine(['import', root, '--kind', 'dicom', ...order, '--out', file])).toMatchObject({ status: 0 })
    const { experiment } = readExperiment(file)
    expect(experiment.cases.map(({ image, label }) => [image, label])).toEqual([
      ['x', 'a'],
      ['y', 'b']
    ])
    const criteria = [{ id: 'performance' }]
    writeFileSync(file, JSON.stringify({ ...experiment, criteria }))
    const end = await commandLine(['assess', file, '--out', join(out, 'series'), '--json'])
    expect(end).toMatchObject({ status: 0 })
    const report = JSON.parse(end.stdout) as { cases: unknown[]; recipe: { files: Record<string, string> } }
    expect(report.cases).toHaveLength(2)
    expect(JSON.stringify(report)).toMatch(/"x":"[0-9a-f]{64}"/)
  })

  it('answers machines, and says usage mistakes', async () => {
    const end = await commandLine(['import', 'resources/sample/brain/caps', '--json'])
    expect(JSON.parse(end.stdout)).toMatchObject({ kind: 'caps', counts: { cases: 20 } })
    expect((await commandLine(['import', 'resources/sample', '--kind', 'mars'])).status).toBe(2)
    expect((await commandLine(['import'])).status).toBe(2)
    const wrong = await commandLine(['import', 'resources/sample/brain/caps', '--kind', 'bids'])
    expect(wrong.status).toBe(4)
    expect(wrong.stderr).toMatch(/“caps” is not a BIDS tree/)
    const table = join(out, 'empty.csv')
    writeFileSync(table, 'image\nnothing.png\n')
    expect((await commandLine(['import', table])).status).toBe(3)
    expect(readFileSync(table, 'utf8')).toBe('image\nnothing.png\n')
  })
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { readExperiment } from '@engine/handlers/experiment-file'
import { openExperiment } from '@engine/handlers/experiment-parts'
import { FileExperimentRun } from '@engine/handlers/experiment-run'
import { runSpec } from '@engine/handlers/experiment-spec'
import { regionHandlers } from '@engine/handlers/region-view'
import { CaseShelf } from '@engine/handlers/case-shelf'
import { experimentCases } from '@engine/handlers/experiment-cases'
import { experimentFiles } from '@engine/handlers/experiment-hashes'
import { openBodyModel } from '@engine/handlers/body-models'
import { openLocaliser } from '@engine/handlers/localisers'
import type { Workbench } from '@engine/handlers/workbench'
import { quietJob } from '@engine/job'
import type { RegionQuestion } from '@shared/region-view'
import { ChosenModel } from '@shared/region-view'
import { describe, expect, it, vi } from 'vitest'
import {
  drawn,
  fitted,
  folder,
  hostOf,
  left,
  lung,
  opened,
  openedImage,
  picture,
  withDrawnBody,
  writeExperiment,
  writeModel
} from '../../support/drawn-body'

withDrawnBody()

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
    const workbench = { cases, host: hostOf(), options: { resolveGrant: (grant: string) => grant, threads: 2 } }
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

  it('stand in the report’s list of files, and the body can be drawn by the same model', async () => {
    const onnx = writeModel('lungs')
    const mask = { onnx, labels: ['left'] }
    const body = { mask, title: 'the left lung' }
    const path = writeExperiment({ ...fitted(mask), body })
    const parts = await openExperiment(readExperiment(path), { host: hostOf(), threads: 2, job: quietJob() })
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

describe('a model that draws regions', () => {
  it('is opened once, whatever channels are ticked, opened anew with a changed card', async () => {
    const cases = new CaseShelf()
    cases.add(experimentCases(readExperiment(writeExperiment({})), { source: 'own', prefix: '' }))
    const opening = vi.spyOn(hostOf(), 'open')
    const closing = vi.spyOn(hostOf(), 'close')
    const workbench = { cases, host: hostOf(), options: { resolveGrant: (grant: string) => grant, threads: 2 } }
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

  it('keeps one array of the image, however many channels, and is refused before too much is held', async () => {
    const labels = Array.from({ length: 104 }, (_, index) => (index === 7 ? 'left' : `organ ${index}`))
    const path = join(folder, writeModel('organs', { labels }))
    const tools = { host: hostOf(), threads: 2, job: quietJob() }
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

  it('may be one of the whole body, with its hundred channels', async () => {
    const labels = Array.from({ length: 104 }, (_, index) => `organ ${index}`)
    expect(v.safeParse(ChosenModel, { grant: 'g', labels }).success).toBe(true)
    const run = await opened(fitted({ onnx: writeModel('body', { labels }), labels }))
    const found = await run.regions('honest', 'one')
    expect('labels' in found && drawn(found.labels)).toEqual(lung)
  })

  it('goes on for who still waits when somebody else stops', async () => {
    const onnx = join(folder, writeModel('shared'))
    const order = { onnx, card: null, labels: ['left'], threshold: null }
    const model = await openBodyModel({ order, path: (name) => name }, { host: hostOf(), threads: 2, job: quietJob() })
    const image = await openedImage()
    const stop = new AbortController()
    const first = model.mask(image, order, quietJob(stop.signal))
    const second = model.mask(image, order, quietJob())
    stop.abort()
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    expect(typeof (await second)).toBe('object')
    model.close()
  })
})

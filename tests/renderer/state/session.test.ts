import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CaseSummary, ModelSummary } from '@shared/vocabulary'
import { aCase } from '../a-case'
import { settled, type Answers, type FakeEngine } from '../fake-port'

const aModel = (modelId: string, cardSource: ModelSummary['cardSource'] = 'file'): ModelSummary => ({
  modelId,
  name: modelId,
  fileName: `${modelId}.onnx`,
  source: 'own',
  card: {
    version: 1,
    name: modelId,
    mode: { kind: 'image' },
    channels: { kind: 'copies' },
    input: {
      name: 'x',
      layout: 'NCHW',
      size: [8, 8],
      channels: 1,
      values: { from: 'image' },
      mean: [0],
      std: [1],
      range: [0, 1],
      photometric: 'MONOCHROME2',
      channelOrder: 'grey',
      orientation: 'as-stored',
      spacingMm: null,
      resize: 'stretch',
      interpolation: 'linear'
    },
    outputs: [{ name: 'y', kind: 'logit', activation: 'sigmoid', labels: ['opacity'], threshold: 0.5 }],
    targetLayers: [],
    cascade: [],
    performance: []
  },
  cardSource,
  cardToCheck: [],
  opset: 17,
  producer: '',
  parameters: 1,
  sha256: 'a',
  ops: [],
  gradient: { works: true },
  layers: []
})

const sample = { cases: [aCase('sample:1'), aCase('sample:2', 'lesion')], models: [aModel('honest')] }
const answers = (firstStart: boolean): Answers => ({
  'app.info': () => ({ version: '0', threads: 2, runtime: 'Node', firstStart }),
  'method.list': () => [],
  'preset.list': () => [],
  'study.list': () => (firstStart ? [] : [aCase('mine')]),
  'model.list': () => [],
  'study.sample': () => sample.cases,
  'model.sample': () => sample.models,
  'study.open': () => ({ cases: [aCase('mine')], problems: [] }),
  'model.open': () => aModel('own-model', 'proposed')
})
const granted = { grant: 'token', name: 'image.dcm', kind: 'file' as const }

/** Fresh controllers for each test: they are one a window. */
async function controllers() {
  vi.resetModules()
  const { FakeEngine: Fresh } = await import('../fake-port')
  const { session } = await import('../../../src-renderer/state/session.svelte')
  const { shell } = await import('../../../src-renderer/state/shell.svelte')
  const { opening } = await import('../../../src-renderer/state/opening.svelte')

  return { session, shell, opening, engine: (given: Answers): FakeEngine => new Fresh(given) }
}

describe('the session', () => {
  let here: Awaited<ReturnType<typeof controllers>>

  beforeEach(async () => {
    vi.stubGlobal('window', {})
    here = await controllers()
  })

  it('opens straight into the sample at the first start, on a case with a finding', async () => {
    here.engine(answers(true))
    await here.session.start()

    expect(here.session.cases.map((one) => one.caseId)).toEqual(['sample:1', 'sample:2'])
    expect(here.session.currentCaseId).toBe('sample:2')
    expect(here.session.currentModelId).toBe('honest')
    expect(here.session.ready).toBe(true)
  })

  it('shows the picture before the models are there, and takes each as it comes', async () => {
    const engine = here.engine({ ...answers(true), 'model.sample': () => new Promise(() => undefined) })
    const stop = here.session.listen(() => undefined)
    void here.session.start()
    await settled()
    expect(here.session.ready).toBe(true)
    expect(here.session.currentCaseId).toBe('sample:2')
    expect(here.session.models).toEqual([])

    for (const id of ['honest', 'token', 'honest']) engine.say('model', aModel(id))
    await settled()
    expect(here.session.models.map((one) => one.modelId)).toEqual(['honest', 'token'])
    expect(here.session.currentModelId).toBe('honest')
    stop()
  })

  it('opens what was restored, without the sample, later on', async () => {
    const engine = here.engine(answers(false))
    await here.session.start()

    expect(here.session.cases.map((one) => one.caseId)).toEqual(['mine'])
    expect(engine.asked).not.toContain('study.sample')
  })

  it('keeps what the user opens while the sample is still on its way', async () => {
    let arrive: () => void = () => undefined
    const late = new Promise<CaseSummary[]>((resolve) => (arrive = () => resolve(sample.cases)))
    here.engine({ ...answers(true), 'study.sample': () => late })
    const starting = here.session.start()
    await settled()
    await here.session.openGranted([granted])
    arrive()
    await starting

    expect(here.session.cases.map((one) => one.caseId)).toEqual(['sample:1', 'sample:2', 'mine'])
    expect(here.session.currentCaseId).toBe('mine')
  })

  it('tells models from images by their name, and asks to check a proposed card', async () => {
    const engine = here.engine(answers(false))
    await here.session.openGranted([granted, { grant: 'm', name: 'Net.ONNX', kind: 'file' }])

    expect(engine.asked).toEqual(['study.open', 'model.open'])
    expect(here.session.currentModelId).toBe('own-model')
    expect(here.session.cardModelId).toBe('own-model')
  })

  it('does not list a case twice that is opened again', async () => {
    here.engine(answers(false))
    await here.session.openGranted([granted])
    await here.session.openGranted([granted])

    expect(here.session.cases).toHaveLength(1)
  })

  it('keeps files that could not be read, with the cause', async () => {
    const problem = { file: 'b.dcm', fault: { code: 'bad-file' as const, message: 'No.', hint: 'Another.' } }
    here.engine({ ...answers(false), 'study.open': () => ({ cases: [aCase('mine')], problems: [problem] }) })
    await here.session.openGranted([granted])

    expect(here.session.problems).toEqual([problem])
    expect(here.session.openedSeries).toBe(1)
  })

  it('shows a fault calmly and goes on; a cancel stays silent', async () => {
    here.engine({ ...answers(false), 'model.open': () => Promise.reject({ code: 'bad-model', message: 'No model.' }) })
    await here.session.openGranted([{ grant: 'm', name: 'x.onnx', kind: 'file' }])
    expect(here.shell.notices.map(({ fault }) => fault.message)).toEqual(['No model.'])
    expect(here.opening.now).toBeNull()

    here.engine({ ...answers(false), 'study.open': () => new Promise(() => undefined) })
    const opening = here.session.openGranted([granted])
    await settled()
    here.opening.stop()
    await opening
    expect(here.shell.notices).toHaveLength(1)
  })

  it('says when a card could not be kept', async () => {
    here.engine({
      ...answers(false),
      'model.card': () => Promise.reject({ code: 'not-writable', message: 'The folder is read-only.' })
    })
    here.session.takeModel(aModel('own'))

    await expect(here.session.acceptCard('own', aModel('own').card, true)).rejects.toMatchObject({
      code: 'not-writable'
    })
    expect(here.shell.saved).toEqual({ failed: 'The folder is read-only.' })
  })

  it('opens the brain phantoms when they are asked for, and shows each part of the sample to its own model', async () => {
    const brains = {
      cases: [{ ...aCase('brain:1', 'AD-like'), source: 'brain-sample' as const }],
      models: [{ ...aModel('brain'), source: 'brain-sample' as const }]
    }
    const chest = { cases: sample.cases, models: [{ ...aModel('honest'), source: 'sample' as const }] }
    const engine = here.engine({
      ...answers(true),
      'study.sample': () => chest.cases,
      'model.sample': () => chest.models,
      'study.brain': () => brains
    })
    const { session } = here
    await session.start()
    expect(engine.asked).not.toContain('study.brain')
    await session.openBrainSample()
    expect([session.currentCaseId, session.currentModelId]).toEqual(['brain:1', 'brain'])

    session.currentCaseId = 'sample:2'
    session.matchModel()
    expect(session.currentModelId).toBe('honest')
    session.currentCaseId = 'brain:1'
    session.matchModel()
    expect(session.currentModelId).toBe('brain')
  })
})

describe('the session after a restart of the engine', () => {
  it('has everything open again, and the same case leads', async () => {
    vi.stubGlobal('window', {})
    const here = await controllers()
    here.engine(answers(true))
    await here.session.start()
    here.session.currentCaseId = 'sample:2'
    let restored = 0
    const stop = here.session.listen(() => (restored += 1))
    const problem = { file: 'gone.dcm', fault: { code: 'not-found' as const, message: 'It is gone.' } }
    const next = here.engine({ ...answers(false), 'study.restore': () => ({ ...sample, problems: [problem] }) })
    await settled()

    expect(next.asked).toContain('study.restore')
    expect(here.session.cases.map((one) => one.caseId)).toEqual(['sample:1', 'sample:2'])
    expect(here.session.currentCaseId).toBe('sample:2')
    expect(here.session.currentModelId).toBe('honest')
    expect(here.session.problems).toEqual([problem])
    expect(restored).toBe(1)
    stop()
  })
})

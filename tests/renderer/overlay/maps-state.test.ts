import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MethodSummary, ModelSummary, CaseSummary, MapSummary } from '@shared/vocabulary'

/** Requests as they go over the port, and what the engine of this test answers. */
const sent: { command: string; input: unknown }[] = []
let answer: (command: string, input: never) => unknown = () => ({})
const listeners = new Map<string, (payload: unknown) => void>()

vi.mock('../../../src-renderer/engine/client', () => ({
  call: async (command: string, input: never) => {
    sent.push({ command, input })

    return answer(command, input)
  },
  on: (event: string, listener: (payload: unknown) => void) => {
    listeners.set(event, listener)

    return () => listeners.delete(event)
  }
}))

const { maps } = await import('../../../src-renderer/state/maps.svelte')
const { matching } = await import('../../../src-renderer/state/map-wanted')
const { picker } = await import('../../../src-renderer/state/maps-picker.svelte')
const { session } = await import('../../../src-renderer/state/session.svelte')

const mapOf = (changes: Partial<MapSummary>): MapSummary => ({
  mapId: 'map-1',
  caseId: 'case-1',
  modelId: 'a',
  expression: 'gradcam',
  title: 'Grad-CAM',
  params: {},
  target: { index: 0, label: 'opacity' },
  state: 'done',
  done: 1,
  total: 1,
  flat: false,
  seconds: 1,
  reduction: '',
  cells: [1, 1, 1],
  notes: {},
  recipe: '',
  ...changes
})
const methodOf = (id: string, changes: Partial<MethodSummary> = {}): MethodSummary => ({
  id,
  title: id,
  kind: 'base',
  group: 'Pixel detail',
  words: { shows: `${id} shows`, goodFor: '', notFor: '', failureModes: '', classInsensitive: false },
  citation: { text: '', bibtex: '' },
  needs: ['gradient'],
  params: [],
  ...changes
})
const modelOf = (modelId: string, works = true): ModelSummary =>
  ({
    modelId,
    name: modelId,
    card: { outputs: [{ labels: ['opacity'] }] },
    gradient: works ? { works } : { works, fault: { code: 'unsupported-op', message: 'No rule for X.' } }
  }) as unknown as ModelSummary

const hear = (map: MapSummary): void => listeners.get('map')?.(map)
let stop = (): void => undefined

beforeEach(async () => {
  sent.length = 0
  answer = (command) => (command === 'map.list' ? [] : {})
  session.models = [modelOf('a'), modelOf('b', false)]
  session.methods = [
    methodOf('gradient', {
      params: [{ name: 'gradient.power', title: 'Power', type: 'integer', default: 1, description: '' }]
    }),
    methodOf('gradcam', { group: 'Recommended' }),
    methodOf('occlusion', { group: 'Weights-free', needs: ['nothing'] }),
    methodOf('sg', {
      kind: 'wrapper',
      group: 'Wrappers',
      params: [{ name: 'sg.samples', title: 'n', type: 'integer', default: 25, description: '' }]
    }),
    methodOf('abs', { kind: 'wrapper', group: 'Wrappers' })
  ]
  session.cases = [
    { caseId: 'case-1', source: 'own', part: null },
    { caseId: 'case-2', source: 'own', part: null }
  ] as unknown as CaseSummary[]
  session.currentCaseId = 'case-1'
  session.currentModelId = 'a'
  picker.ticked.clear()
  stop = maps.listen()
  await maps.openCase('case-1')
})
afterEach(() => {
  stop()
})

describe('maps of the current case', () => {
  it('show themselves when the first is done, and leave the shown one alone afterwards', () => {
    hear(mapOf({ mapId: 'm1', state: 'computing' }))
    expect(maps.selectedId).toBeNull()
    hear(mapOf({ mapId: 'm1' }))
    expect(maps.selectedId).toBe('m1')
    hear(mapOf({ mapId: 'm2', expression: 'gradient' }))
    expect(maps.selectedId).toBe('m1')
    hear(mapOf({ mapId: 'other', caseId: 'case-2' }))
    expect(maps.list.map((map) => map.mapId)).toEqual(['m1', 'm2'])
  })

  it('keep the same method and model on the next case', async () => {
    hear(mapOf({ mapId: 'm1' }))
    hear(mapOf({ mapId: 'm2', expression: 'gradient' }))
    maps.select('m2')
    answer = () => [
      mapOf({ mapId: 'n1', caseId: 'case-2' }),
      mapOf({ mapId: 'n2', caseId: 'case-2', expression: 'gradient' })
    ]
    await maps.openCase('case-2')

    expect(maps.selectedId).toBe('n2')
    maps.select(null)
    await maps.openCase('case-1')
    expect(maps.selectedId).toBeNull()
  })

  it('prefer the same target when there is a choice', () => {
    const list = [mapOf({ mapId: 'x', target: { index: 1, label: 'none' } }), mapOf({ mapId: 'y' })]

    expect(matching(list, { modelId: 'a', expression: 'gradcam', target: 'opacity' })?.mapId).toBe('y')
    expect(matching(list, { modelId: 'a', expression: 'gradcam', target: 'other' })?.mapId).toBe('x')
    expect(matching(list, { modelId: 'b', expression: 'gradcam', target: 'opacity' })).toBeNull()
  })

  it('stand in the order of the models and switch the model with the map', () => {
    hear(mapOf({ mapId: 'b1', modelId: 'b', expression: 'occlusion' }))
    hear(mapOf({ mapId: 'a1' }))

    expect(maps.rows.map((map) => map.mapId)).toEqual(['a1', 'b1'])
    maps.select('b1')
    expect(session.currentModelId).toBe('b')
    maps.step(1)
    expect(maps.selectedId).toBe('a1')
    expect(maps.lastId).toBe('b1')
  })

  it('are jobs of their own for one case, and one job for many', async () => {
    answer = () => ({ jobId: 'j', maps: [] })
    const methods = [{ expression: 'gradient' }, { expression: 'gradcam' }]
    await maps.compute({ cases: ['case-1'], models: ['a', 'b'], methods })
    expect(sent.filter(({ command }) => command === 'map.compute')).toHaveLength(4)

    sent.length = 0
    await maps.compute({ cases: ['case-1', 'case-2'], models: ['a', 'b'], methods })
    expect(sent.filter(({ command }) => command === 'map.compute')).toHaveLength(1)
  })

  it('are stopped by the job they are computed in', async () => {
    answer = (command) =>
      command === 'map.compute' ? { jobId: 'job-7', maps: [mapOf({ mapId: 'm1', state: 'waiting' })] } : {}
    await maps.compute({ cases: ['case-1'], models: ['a'], methods: [{ expression: 'gradcam' }] })
    maps.cancel(maps.list[0])

    expect(maps.stopping.has('m1')).toBe(true)
    expect(sent.at(-1)).toEqual({ command: 'job.cancel', input: { jobId: 'job-7' } })
    hear(mapOf({ mapId: 'm1', state: 'cancelled' }))
    expect(maps.stopping.has('m1')).toBe(false)
  })

  it('do not fall back to waiting when the answer comes after the event', async () => {
    answer = (command) => {
      hear(mapOf({ mapId: 'm1', state: 'done' }))

      return command === 'map.compute' ? { jobId: 'j', maps: [mapOf({ mapId: 'm1', state: 'waiting' })] } : {}
    }
    await maps.compute({ cases: ['case-1'], models: ['a'], methods: [{ expression: 'gradcam' }] })

    expect(maps.list[0].state).toBe('done')
  })
})

describe('the sheet', () => {
  it('opens with the recommended method and the current model', () => {
    picker.show()

    expect(picker.request).toEqual({
      cases: ['case-1'],
      models: ['a'],
      methods: [{ expression: 'gradcam', params: {} }],
      target: 'predicted'
    })
  })

  it('adds the maps of a ticked preset, none twice', () => {
    session.presets = [
      {
        id: 'study',
        title: 'Study',
        citation: { text: '', bibtex: '' },
        departs: '',
        maps: [
          { id: 'gradcam', expression: 'gradcam', title: '', params: {}, reduction: '' },
          { id: 'dark', expression: 'gradient', title: '', params: { 'gradient.baseline': 'black' }, reduction: '' }
        ]
      }
    ]
    picker.show()
    picker.togglePreset('study')

    expect(picker.request?.methods).toEqual([
      { expression: 'gradcam', params: {} },
      { expression: 'gradient', params: { 'gradient.baseline': 'black' } }
    ])
    picker.togglePreset('study')
    expect(picker.request?.methods).toHaveLength(1)
  })

  it('keeps what was ticked for the next case', () => {
    picker.show()
    picker.toggle(session.methods[0])
    picker.compute()
    session.currentCaseId = 'case-2'
    picker.show()

    expect(picker.request?.methods.map(({ expression }) => expression)).toEqual(['gradcam', 'gradient'])
  })

  it('builds expressions with wrappers in the order of the list, and sends changed settings only', () => {
    const [gradient] = session.methods
    picker.show()
    picker.ticked.clear()
    picker.toggle(gradient)
    picker.toggleWrapper('gradient', 'abs')
    picker.toggleWrapper('gradient', 'sg')
    const fields = picker.fieldsOf(gradient)
    expect(fields.map((field) => field.name)).toEqual(['gradient.power', 'sg.samples'])

    picker.setValue('gradient', fields[1], 50)
    picker.setValue('gradient', fields[0], 2)
    picker.setValue('gradient', fields[0], 1)
    expect(picker.request?.methods).toEqual([{ expression: 'gradient+sg+abs', params: { 'sg.samples': 50 } }])
    picker.reset('gradient')
    expect(picker.request?.methods[0].params).toEqual({})
  })

  it('leaves out methods that a ticked model cannot do, with the reason', () => {
    picker.show()
    picker.toggleModel('b')

    expect(picker.objectionTo(session.methods[1])).toBe('No rule for X.')
    expect(picker.request).toBeNull()
    picker.toggle(session.methods[2])
    expect(picker.request?.methods.map(({ expression }) => expression)).toEqual(['occlusion'])
    picker.allCases = true
    expect(picker.request?.cases).toEqual(['case-1', 'case-2'])
  })

  it('finds methods by their words', () => {
    picker.search = 'OCCLUSION sh'
    expect(picker.found.map((method) => method.id)).toEqual(['occlusion'])
  })
})

import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CaseSummary, MapSummary, MethodSummary, ModelSummary } from '@shared/vocabulary'
import { FakeEngine, settled } from '../fake-port'
import { compareGrid } from '../../../src-renderer/state/compare-grid.svelte'
import { maps } from '../../../src-renderer/state/maps.svelte'
import { session } from '../../../src-renderer/state/session.svelte'
import { sheet } from '../../../src-renderer/state/sheet.svelte'
import { distinctNames } from '../../../src-renderer/state/map-name'

const steps = { name: 'ig.steps', title: 'Steps', type: 'integer', default: 50, description: '' } as const
const mapOf = (change: Partial<MapSummary>): MapSummary => ({
  ...{ mapId: 'map', caseId: 'a', modelId: 'm', expression: 'ig', title: 'Integrated gradients' },
  ...{ params: { 'ig.steps': 50 }, target: { index: 0, label: 'Opacity' }, state: 'done', done: 1, total: 1 },
  ...{ flat: false, seconds: 1, reduction: '', cells: [1, 1, 1], notes: {}, recipe: '' },
  answer: { probability: 0.9, predicted: true },
  ...change
})
const modelOf = (modelId: string, labels: readonly string[]): ModelSummary =>
  ({ modelId, name: modelId, card: { input: { layout: 'NCHW' }, outputs: [{ labels }] } }) as unknown as ModelSummary

let listed: MapSummary[]
let engine: FakeEngine

beforeEach(() => {
  vi.stubGlobal('window', {})
  listed = []
  session.cases = [
    { caseId: 'a', title: 'A', label: 'opacity', part: null },
    { caseId: 'b', title: 'B', label: 'none', part: null }
  ] as unknown as CaseSummary[]
  session.models = [modelOf('m', ['Opacity', 'Nodule'])]
  session.currentModelId = 'm'
  session.methods = [
    { id: 'ig', title: 'Integrated gradients', kind: 'base', group: 'Recommended', params: [steps] }
  ] as unknown as MethodSummary[]
  engine = new FakeEngine({
    'map.list': ({ caseId }) => listed.filter((map) => map.caseId === caseId),
    'map.forecast': () => ({ maps: 1, seconds: 1 })
  })
  Object.assign(sheet, { params: {}, target: 'label', expression: 'ig' })
})

const opened = async (): Promise<(string | undefined)[]> => {
  sheet.show(['a', 'b'])
  await settled()
  await settled()

  return ['a', 'b'].map((caseId) => sheet.mapOf(caseId)?.mapId)
}

describe('a sheet of cases', () => {
  it('takes no map of other settings, and offers those settings as a choice of their own', async () => {
    listed = [mapOf({ mapId: 'short', params: { 'ig.steps': 10 } }), mapOf({ mapId: 'own' })]
    expect(await opened()).toEqual(['own', undefined])
    const choice = sheet.choices.find(({ label }) => label === 'Integrated gradients, Steps 10')
    sheet.choose({ method: choice })
    await settled()
    await settled()
    expect(sheet.mapOf('a')?.mapId).toBe('short')
    expect(sheet.chosen).toBe(choice?.value)
  })

  it('takes the map of the label of a case, and of a case without one the predicted finding', async () => {
    const nodule = { index: 1, label: 'Nodule' }
    const other = { probability: 0.2, predicted: false }
    listed = [
      mapOf({ mapId: 'a-nodule', target: nodule, answer: { probability: 0.9, predicted: true } }),
      mapOf({ mapId: 'a-opacity', answer: other }),
      mapOf({ mapId: 'b-opacity', caseId: 'b', answer: other }),
      mapOf({ mapId: 'b-nodule', caseId: 'b', target: nodule })
    ]
    expect(await opened()).toEqual(['a-opacity', 'b-nodule'])
    for (const [target, ids] of [
      ['predicted', ['a-nodule', 'b-nodule']],
      ['Opacity', ['a-opacity', 'b-opacity']]
    ] as const) {
      sheet.choose({ target })
      await settled()
      await settled()
      expect(['a', 'b'].map((caseId) => sheet.mapOf(caseId)?.mapId)).toEqual(ids)
    }
  })

  it('asks for the maps it shows: with its settings and for its finding', async () => {
    let asked: unknown
    engine.answers['map.compute'] = (input) => {
      asked = input

      return { jobId: 'job', maps: [] }
    }
    await opened()
    sheet.choose({ target: 'Nodule', method: { value: '', label: '', expression: 'ig', params: { 'ig.steps': 10 } } })
    await sheet.compute()
    expect(asked).toMatchObject({ target: 'Nodule', methods: [{ expression: 'ig', params: { 'ig.steps': 10 } }] })
    await settled()
  })
})

describe('the grid', () => {
  it('has a column for each setting of a method, and names what tells them apart', () => {
    maps.list = [mapOf({ mapId: 'short', params: { 'ig.steps': 10 } }), mapOf({ mapId: 'own' })]
    expect(compareGrid.columns.map(({ mapId }) => mapId)).toEqual(['short', 'own'])
    expect(distinctNames(maps.list)).toEqual([
      'Integrated gradients for Opacity · Steps 10 · m',
      'Integrated gradients for Opacity · m'
    ])
    compareGrid.rows = 'findings'
    expect(compareGrid.cells.map(({ map, wish }) => [wish.target, map?.mapId])).toEqual([
      ['Opacity', 'short'],
      ['Opacity', 'own'],
      ['Nodule', undefined],
      ['Nodule', undefined]
    ])
  })

  it('has rows of models for one finding, and says which model does not know it', () => {
    session.models = [modelOf('m', ['Opacity', 'Nodule']), modelOf('n', ['Opacity']), modelOf('other', ['Fracture'])]
    maps.list = [
      mapOf({ mapId: 'm-opacity' }),
      mapOf({ mapId: 'n-nodule', modelId: 'n', target: { index: 1, label: 'Nodule' } })
    ]
    maps.selectedId = 'm-opacity'
    compareGrid.rows = 'models'
    expect(compareGrid.cells.map(({ map, wish }) => [wish.modelId, wish.target, map?.mapId])).toEqual([
      ['m', 'Opacity', 'm-opacity'],
      ['n', 'Opacity', undefined]
    ])
    expect(compareGrid.leftOut).toEqual(['other'])
  })
})

import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { RegionAnswer, RegionQuestion } from '@shared/region-view'
import type { expectations as Expectations } from '../../../src-renderer/state/expected-regions.svelte'
import type { regions as Regions } from '../../../src-renderer/state/regions.svelte'
import { settled, type FakeEngine } from '../fake-port'

const screen = vi.hoisted(() => ({ viewer: { image: { caseId: 'one' }, slice: 0 }, maps: { selected: null } }))
vi.mock('../../../src-renderer/state/viewer.svelte', () => ({ viewer: screen.viewer }))
vi.mock('../../../src-renderer/state/maps.svelte', () => ({ maps: screen.maps }))

const theirs = [{ label: 'Opacity', regions: ['row 1, column 1'], code: null }]
const answerTo = ({ caseId, set }: Pick<RegionQuestion, 'caseId' | 'set'>): RegionAnswer => ({
  ...{ caseId, mapId: null, title: '', slice: 0, columns: 1, rows: 1, labels: new Uint16Array(1) },
  ...{ regions: [], landmarks: [], expected: set.kind === 'grid' && set.rows === 2 ? theirs : [] }
})

describe('the answer about regions', () => {
  let regions: typeof Regions
  let expectations: typeof Expectations
  let engine: FakeEngine
  let held: number
  let hold: boolean

  beforeEach(async () => {
    vi.resetModules()
    screen.viewer.image = { caseId: 'one' }
    hold = false
    held = 0
    const { FakeEngine: Fresh } = await import('../fake-port')
    ;({ regions } = await import('../../../src-renderer/state/regions.svelte'))
    ;({ expectations } = await import('../../../src-renderer/state/expected-regions.svelte'))
    engine = new Fresh({
      'regions.fit': (question) => {
        if (!hold) return answerTo(question)
        held++
        return new Promise<RegionAnswer>(() => undefined)
      }
    })
    await regions.choose('2x2')
    await regions.refresh()
  })

  it('is gone as soon as it is one of another case, set or fit', async () => {
    expect(regions.answer?.caseId).toBe('one')
    screen.viewer.image = { caseId: 'two' }
    expect(regions.answer).toBeNull()
    screen.viewer.image = { caseId: 'one' }
    expect(regions.answer?.caseId).toBe('one')
    regions.fit = 'body'
    expect(regions.answer).toBeNull()
    await regions.refresh()
    expect(regions.answer).not.toBeNull()
  })

  it('never lends the marks of one set to the next', async () => {
    expect(regions.marked).toEqual(theirs)
    await regions.choose('3x3')
    expect(regions.marked).toEqual([])
    expect(regions.assessed?.expected).toBeNull()
  })

  it('is sent whole once something was marked by hand', () => {
    expect(regions.assessed?.expected).toBeNull()
    expectations.choose('Opacity', regions.marked)
    expectations.flip(regions.setKey, regions.marked, 'row 1, column 1')
    expect(regions.assessed?.expected).toEqual([])
  })

  it('of the case before is not waited for', async () => {
    hold = true
    screen.viewer.image = { caseId: 'two' }
    const asked = regions.refresh()
    await settled()
    expect(held).toBe(1)
    hold = false
    screen.viewer.image = { caseId: 'three' }
    void regions.refresh()
    await asked
    expect(engine.cancelled).toHaveLength(1)
    expect([regions.answer?.caseId, regions.fault]).toEqual(['three', null])
  })
})

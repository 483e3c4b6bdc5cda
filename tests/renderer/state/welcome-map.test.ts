import { beforeEach, expect, it, vi } from 'vitest'
import type { MapSummary, MethodSummary, ModelSummary } from '@shared/vocabulary'
import { aCase } from '../a-case'
import { settled, type FakeEngine } from '../fake-port'

const there = {
  ...{ mapId: 'map-1', caseId: 'sample-1', modelId: 'm', expression: 'gradcam', title: 'Grad-CAM' },
  ...{ params: {}, target: { index: 0, label: 'Opacity' }, state: 'done', done: 1, total: 1 },
  ...{ flat: false, seconds: 1, reduction: '', cells: [1, 1, 1], notes: {}, recipe: '' },
  answer: { probability: 0.9, predicted: true }
} as MapSummary

let engine: FakeEngine
let listed: MapSummary[]
let list: (maps: MapSummary[]) => void
let here: Awaited<ReturnType<typeof parts>>

async function parts() {
  vi.resetModules()
  const { FakeEngine } = await import('../fake-port')
  const { maps } = await import('../../../src-renderer/state/maps.svelte')
  const { session } = await import('../../../src-renderer/state/session.svelte')
  const { shell } = await import('../../../src-renderer/state/shell.svelte')
  engine = new FakeEngine({
    'map.list': () => new Promise((answer) => (list = answer)),
    'map.compute': () => ({ jobId: 'job-1', maps: [{ ...there, state: 'waiting' }] }),
    'map.read': () => Promise.reject({ code: 'not-found', message: '"Grad-CAM" has not been computed.' })
  })

  return { maps, session, shell }
}

beforeEach(async () => {
  vi.stubGlobal('window', {})
  here = await parts()
  const { session } = here
  session.info = { firstStart: true } as typeof session.info
  session.methods = [{ id: 'gradcam', kind: 'base', group: 'Recommended' } as MethodSummary]
  session.models = [{ modelId: 'm' } as ModelSummary]
  session.cases = [aCase('sample-1')]
  session.currentModelId = 'm'
  vi.spyOn(session, 'currentCase', 'get').mockReturnValue(aCase('sample-1'))
  listed = [there]
})

const computed = (): number => engine.asked.filter((one) => one === 'map.compute').length

it('computes the first map of the sample once it is known that there is none', async () => {
  const opening = here.maps.openCase('sample-1')
  // The models arrive before the maps are listed.
  await here.maps.welcome()
  expect(computed()).toBe(0)
  list([])
  await opening
  await settled()
  expect(computed()).toBe(1)
})

it('computes nothing anew after the page was loaded again', async () => {
  const opening = here.maps.openCase('sample-1')
  await here.maps.welcome()
  list(listed)
  await opening
  await here.maps.welcome()
  await settled()
  expect(computed()).toBe(0)
  expect(here.maps.selectedId).toBe('map-1')
})

it('tells nobody of a map that is computed anew while it is read; its row says so', async () => {
  const opening = here.maps.openCase('sample-1')
  list(listed)
  await opening
  const stop = here.maps.listen()
  const reported = vi.spyOn(here.shell, 'report')
  const reading = here.maps.read('map-1', 'magnitude')
  engine.say('map', { ...there, state: 'waiting' })
  await reading
  expect(reported).not.toHaveBeenCalled()
  // One that is there and cannot be read is told of.
  engine.say('map', there)
  await settled()
  await here.maps.read('map-1', 'magnitude')
  expect(reported).toHaveBeenCalled()
  stop()
})

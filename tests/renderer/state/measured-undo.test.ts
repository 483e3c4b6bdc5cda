import { beforeEach, expect, it, vi } from 'vitest'
import type { DisplayImage } from '@shared/vocabulary'
import { settled } from '../fake-port'

/** Measurements that the engine was given, newest last. */
let kept: string[][]
let here: Awaited<ReturnType<typeof controllers>>

async function controllers() {
  vi.resetModules()
  const { FakeEngine } = await import('../fake-port')
  const { measuring } = await import('../../../src-renderer/state/measuring.svelte')
  const { viewChanges } = await import('../../../src-renderer/state/undoing.svelte')
  const { viewer } = await import('../../../src-renderer/state/viewer.svelte')
  new FakeEngine({
    'measure.list': () => ({ own: [], reported: [] }),
    'measure.keep': ({ own }) => {
      kept.push(own.map(({ name }) => name))

      return {}
    }
  })

  return { measuring, viewChanges, viewer }
}

function measure(slice: number): void {
  const { measuring, viewer } = here
  viewer.slice = slice
  measuring.tool = 'length'
  measuring.pointer({ x: 2, y: 2 }, 'down')
  measuring.pointer({ x: 9, y: 2 }, 'move')
  measuring.pointer({ x: 9, y: 2 }, 'up')
}

const names = (): string[] => here.measuring.own.map(({ name }) => name)

beforeEach(async () => {
  kept = []
  here = await controllers()
  here.viewer.image = { caseId: 'c', size: [16, 16, 4], samples: 1, voxels: new Float32Array(1024) } as DisplayImage
  await here.measuring.open('c')
})

it('takes measurements back and makes them again, where they were made, and the engine keeps what is shown', async () => {
  measure(1)
  measure(3)
  here.measuring.rename(here.measuring.own[0].id, 'Long axis')
  expect(names()).toEqual(['Long axis', 'Length 2'])
  expect(here.viewChanges.undo()).toBe('rename Long axis')
  expect([names(), here.viewer.slice]).toEqual([['Length 1', 'Length 2'], 1])
  expect(here.viewChanges.undo()).toBe('measure Length 2')
  expect([names(), here.viewer.slice]).toEqual([['Length 1'], 3])
  here.viewChanges.redo()
  await settled()
  expect(names()).toEqual(['Length 1', 'Length 2'])
  expect(kept.at(-1)).toEqual(['Length 1', 'Length 2'])
})

it('brings nothing back twice: what undo brought back is there', () => {
  measure(1)
  here.measuring.remove(here.measuring.own[0].id)
  here.viewChanges.undo()
  here.measuring.bringBack()
  expect(names()).toEqual(['Length 1'])
})

it('forgets what belongs to another case', async () => {
  measure(1)
  await here.measuring.open('d')
  expect(here.viewChanges.undo()).toBeNull()
})

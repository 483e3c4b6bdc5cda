import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { DrawingCopy } from '@shared/drawing-copies'
import { settled } from '../fake-port'

beforeEach(() => {
  vi.resetModules()
  vi.stubGlobal('window', new EventTarget())
})
afterEach(() => vi.unstubAllGlobals())

it('adds a copy after the strokes that are on their way, and nothing is drawn meanwhile', async () => {
  const { FakeEngine } = await import('../fake-port')
  const { drawing } = await import('../../../src-renderer/state/drawing.svelte')
  const { heldCopies } = await import('../../../src-renderer/state/held-copies.svelte')
  const asked: string[] = []
  let written: () => void = () => undefined
  const added = { segment: 's', slice: 0, runs: Uint32Array.of(40, 3) }
  const segment = { segment: 's', name: 'Finding', colour: '#5fd7ea', code: null }
  new FakeEngine({
    'drawing.open': () => ({
      ...{ drawing: 'd', caseId: 'c', reader: { profile: 'p', name: 'Reader 1' }, study: null, reading: 1 },
      grid: { size: [16, 16, 1], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], spacingMm: [1, 1, 1] },
      ...{ segments: [segment], labelmaps: [], entries: [], cursor: 0, points: [], readOnly: null, recovered: false }
    }),
    'drawing.commit': async () => {
      await new Promise<void>((resolve) => (written = resolve))
      asked.push('stroke')

      return { entry: 1, savedAt: 'now' }
    },
    'drawing.addCopy': () => {
      asked.push('copy')

      return { entry: 2, name: 'Held changes, from the copy', savedAt: 'now', segments: [segment], deltas: [added] }
    }
  })
  await drawing.open({ caseId: 'c', study: null, reading: 1, signer: 'p' })
  const runs = Uint32Array.of(10, 5)
  const stroke = { name: 'Brush', tool: 'brush', slice: 0, deltas: [{ segment: 's', slice: 0, runs }] }
  drawing.toggle(stroke.deltas)
  drawing.commit(stroke)
  const adding = heldCopies.add('copy')
  await settled()
  expect([asked, drawing.mayStroke]).toEqual([[], false])
  written()
  await adding
  expect([asked, drawing.mayStroke]).toEqual([['stroke', 'copy'], true])
  // Both are there, without the drawing being read anew.
  expect(drawing.planes('s').voxels).toBe(8)
  expect(drawing.entries.map(({ name }) => name)).toEqual(['Brush', 'Held changes, from the copy'])
  expect(heldCopies.said['copy']).toMatch(/^Added/)
})

it('shows no copies of the case before over the next one', async () => {
  const { FakeEngine } = await import('../fake-port')
  const { drawing } = await import('../../../src-renderer/state/drawing.svelte')
  const { heldCopies } = await import('../../../src-renderer/state/held-copies.svelte')
  const copy = (of: string): DrawingCopy => ({
    ...{ copy: of, made: '2026-11-27T10:00:00.000Z', changes: 1, segments: [], comment: '' }
  })
  let answer: (list: DrawingCopy[]) => void = () => undefined
  new FakeEngine({
    'drawing.copies': ({ drawing: of }) =>
      of === 'one' ? new Promise((resolve) => (answer = resolve)) : [copy('of two')]
  })
  const open = (of: string): Promise<void> => {
    drawing.opened = { drawing: of, readOnly: null } as never

    return heldCopies.show(of)
  }
  const first = open('one')
  await open('two')
  expect(heldCopies.list.map((one) => one.copy)).toEqual(['of two'])
  answer([copy('of one')])
  await first
  await settled()
  expect(heldCopies.list.map((one) => one.copy)).toEqual(['of two'])
})

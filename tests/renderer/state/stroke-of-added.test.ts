import { expect, it, vi } from 'vitest'
import type { DisplayImage } from '@shared/vocabulary'
import type { Input } from '@shared/protocol'
import type { OpenDrawing } from '@shared/drawing'
import { settled } from '../fake-port'

const first = { segment: 'one', name: 'Finding', colour: '#5fd7ea', code: null }
const second = { segment: 'two', name: 'Nodule', colour: '#b6e36b', code: null }
const opened: OpenDrawing = {
  ...{ drawing: 'd', caseId: 'c', reader: { profile: 'p', name: 'Reader 1' }, study: null, reading: 1 },
  grid: { size: [16, 16, 1], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], spacingMm: [1, 1, 1] },
  ...{ segments: [first], labelmaps: [], entries: [], cursor: 0, points: [], readOnly: null, recovered: false }
}

it('a stroke drawn before the segment that was added has arrived is of that segment, not of the one before', async () => {
  vi.resetModules()
  const { FakeEngine } = await import('../fake-port')
  const { drawing } = await import('../../../src-renderer/state/drawing.svelte')
  const { hand } = await import('../../../src-renderer/state/drawing-hand.svelte')
  const { addSegment } = await import('../../../src-renderer/state/drawing-segments.svelte')
  const { session } = await import('../../../src-renderer/state/session.svelte')
  const { viewer } = await import('../../../src-renderer/state/viewer.svelte')
  let arrive: () => void = () => undefined
  const strokes: Input<'drawing.commit'>[] = []
  new FakeEngine({
    'drawing.open': () => opened,
    'drawing.segment': async () => {
      await new Promise<void>((resolve) => (arrive = resolve))

      return { entry: 1, name: 'Add Nodule', savedAt: 'now', segment: 'two', segments: [first, second], deltas: [] }
    },
    'drawing.commit': (stroke) => {
      strokes.push(stroke)

      return { entry: 1 + strokes.length, savedAt: 'now' }
    },
    'study.list': () => []
  })
  session.currentCaseId = 'c'
  await drawing.open({ caseId: 'c', study: null, reading: 1, signer: 'p' })
  viewer.image = { caseId: 'c', size: [16, 16, 1], samples: 1, voxels: new Float32Array(256) } as DisplayImage
  expect(drawing.activeId).toBe('one')

  const adding = addSegment({ name: 'Nodule', code: null })
  hand.down({ x: 5, y: 5 })
  hand.up({ x: 7, y: 5 })
  await settled()
  expect(drawing.planes('one').voxels).toBe(0)
  arrive()
  await adding
  await settled()
  expect([drawing.planes('one').voxels, drawing.planes('two').voxels > 0]).toEqual([0, true])

  // The next one is drawn at once.
  hand.down({ x: 12, y: 12 })
  hand.up({ x: 13, y: 12 })
  await settled()
  expect(strokes).toHaveLength(2)
})

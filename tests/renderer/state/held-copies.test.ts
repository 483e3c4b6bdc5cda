import { expect, it, vi } from 'vitest'
import type { DrawingCopy } from '@shared/drawing-copies'
import { settled } from '../fake-port'

it('shows no copies of the case before over the next one', async () => {
  vi.stubGlobal('window', new EventTarget())
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
  vi.unstubAllGlobals()
})

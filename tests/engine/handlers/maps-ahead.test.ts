import { expect, test, vi } from 'vitest'
import { MapsAhead } from '@engine/handlers/maps-ahead'

test('a few at a time, in order, and the next one after a failure', async () => {
  const ends: { done: () => void; fail: (reason: Error) => void }[] = []
  const begun: string[] = []
  const work = (name: string) => () =>
    new Promise<void>((done, fail) => {
      begun.push(name)
      ends.push({ done, fail })
    })
  const ahead = new MapsAhead(2)
  ahead.add([work('a'), work('b'), work('c')])
  ahead.add([work('d')])
  expect(begun).toEqual(['a', 'b'])
  ends[1].fail(new Error('no such layer'))
  await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'c']))
  ends[0].done()
  await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'c', 'd']))
  for (const { done } of ends) done()
})

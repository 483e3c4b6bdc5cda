import { expect, test, vi } from 'vitest'
import { MapsAhead } from '@engine/handlers/maps-ahead'
import { quietJob } from '@engine/job'

test('a few at a time, in order, and the next one after a failure', async () => {
  const ends: { done: () => void; fail: (reason: Error) => void }[] = []
  const begun: string[] = []
  const work = (name: string) => () =>
    new Promise<void>((done, fail) => {
      begun.push(name)
      ends.push({ done, fail })
    })
  const ahead = new MapsAhead(2)
  ahead.add([work('a'), work('b'), work('c')], quietJob())
  ahead.add([work('d')], quietJob())
  expect(begun).toEqual(['a', 'b'])
  ends[1].fail(new Error('no such layer'))
  await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'c']))
  ends[0].done()
  await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'c', 'd']))
  for (const { done } of ends) done()
})

test('what has not begun when the job is stopped is left', async () => {
  const stop = new AbortController()
  const begun: string[] = []
  let end = (): void => undefined
  const ahead = new MapsAhead(1)
  const works = ['a', 'b'].map((name) => () => {
    begun.push(name)
    return new Promise<void>((resolve) => (end = resolve))
  })
  ahead.add(works, quietJob(stop.signal))
  stop.abort()
  end()
  await vi.waitFor(() => {
    ahead.add([() => Promise.resolve(begun.push('another'))], quietJob())
    expect(begun).toContain('another')
  })
  expect(begun).not.toContain('b')
})

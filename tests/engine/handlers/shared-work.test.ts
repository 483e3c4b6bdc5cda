import { expect, it } from 'vitest'
import { Fault } from '@engine/fault'
import { sharedWork } from '@engine/handlers/shared-work'
import { jobController, quietJob } from '@engine/job'

it('is done once for all who ask', async () => {
  let begun = 0
  const ask = sharedWork(async () => ++begun)
  expect(await Promise.all([ask(quietJob()), ask(quietJob())])).toEqual([1, 1])
  expect(await ask(quietJob())).toBe(1)
})

it('is begun again for who still waits when another asker stops it, and tells the other', async () => {
  const stopped = jobController()
  let begun = 0
  const ask = sharedWork(async (job) => {
    begun++
    await new Promise((done) => setTimeout(done, 5))
    if (job.signal.aborted) throw new Fault('cancelled', 'Stopped on request.')
    return begun
  })
  const other = ask(quietJob(stopped.signal))
  const mine = ask(quietJob())
  stopped.abort()
  await expect(other).rejects.toMatchObject({ code: 'cancelled' })
  expect(await mine).toBe(2)
})

it('does not keep a failure', async () => {
  let tries = 0
  const ask = sharedWork(async () => {
    if (++tries === 1) throw new Fault('too-large', 'Too large.')
    return tries
  })
  await expect(ask(quietJob())).rejects.toMatchObject({ code: 'too-large' })
  expect(await ask(quietJob())).toBe(2)
})

import { describe, expect, it } from 'vitest'
import { Fault } from '@engine/fault'
import { JobQueue, type JobWork } from '@engine/handlers/job-queue'
import type { JobSummary } from '@shared/vocabulary'

function queue(): { jobs: JobQueue; until: (test: (list: readonly JobSummary[]) => boolean) => Promise<void> } {
  let latest: readonly JobSummary[] = []
  const waiting = new Set<() => void>()
  const jobs = new JobQueue((list) => {
    latest = list
    for (const check of waiting) check()
  })
  const until = (test: (list: readonly JobSummary[]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!test(latest)) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  return { jobs, until }
}

const work = (units: string[], run: JobWork['run']): JobWork => ({
  title: 'test',
  kind: 'attribution',
  units,
  run,
  request: { units }
})

describe('JobQueue', () => {
  it('runs units in order, lists a failed one, and goes on', async () => {
    const { jobs, until } = queue()
    const seen: number[] = []
    jobs.add(
      work(['a', 'b', 'c'], async (unit) => {
        seen.push(unit)
        if (unit === 1) throw new Fault('bad-image', 'The image is broken.')
      })
    )
    await until(([job]) => job?.state === 'done')
    const [job] = jobs.list()
    expect(seen).toEqual([0, 1, 2])
    expect(job.failures).toEqual([
      { file: 'b', fault: { code: 'bad-image', message: 'The image is broken.', subject: undefined, hint: undefined } }
    ])
    expect(job.done).toBe(3)
  })

  it('cancels the unit in flight through its signal and keeps the queue going', async () => {
    const { jobs, until } = queue()
    const first = jobs.add(
      work(
        ['endless'],
        (_unit, job) =>
          new Promise((_resolve, reject) =>
            job.signal.addEventListener('abort', () => reject(new Fault('cancelled', 'Stopped.')))
          )
      )
    )
    const second = jobs.add(work(['quick'], async () => undefined))
    await until(([job]) => job?.state === 'running')
    jobs.cancel(first)
    await until((list) => list.find((job) => job.jobId === second)?.state === 'done')
    expect(jobs.list()[0].state).toBe('cancelled')
    expect(jobs.list()[0].failures).toEqual([])
  })

  it('pauses between units and resumes where it was', async () => {
    const { jobs, until } = queue()
    const seen: number[] = []
    let id = ''
    id = jobs.add(
      work(['a', 'b', 'c'], async (unit) => {
        seen.push(unit)
        if (unit === 0) jobs.pause(id)
        await Promise.resolve()
      })
    )
    await until(([job]) => job?.state === 'paused')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(seen).toEqual([0])
    jobs.resume(id)
    await until(([job]) => job?.state === 'done')
    expect(seen).toEqual([0, 1, 2])
  })

  it('offers unfinished jobs again and forgets dismissed ones', () => {
    const { jobs } = queue()
    jobs.offer([{ jobId: 'old', title: 'Grad-CAM on 12 images', kind: 'attribution', done: 4, total: 12, request: {} }])
    expect(jobs.list()[0]).toMatchObject({ state: 'unfinished', done: 4, total: 12 })
    expect(jobs.takeOffered('old')?.title).toBe('Grad-CAM on 12 images')
    expect(jobs.list()).toEqual([])
  })
})

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

  it('moves a waiting job among those that wait; the running one stays, and what is kept has their order', async () => {
    const { jobs, until } = queue()
    const ran: string[] = []
    let end: () => void = () => undefined
    const named = (title: string): string => jobs.add({ ...work(['only'], async () => void ran.push(title)), title })
    const first = jobs.add({ ...work(['long'], () => new Promise<void>((resolve) => (end = resolve))), title: 'first' })
    await until(([job]) => job?.state === 'running')
    const [second, third, fourth] = ['second', 'third', 'fourth'].map(named)
    const titles = (): string[] => jobs.list().map(({ title }) => title)

    jobs.move(fourth, -1)
    expect(titles()).toEqual(['first', 'second', 'fourth', 'third'])
    jobs.move(fourth, -1)
    // Nothing goes before the one that runs.
    jobs.move(fourth, -1)
    expect(titles()).toEqual(['first', 'fourth', 'second', 'third'])
    jobs.move(third, 1)
    jobs.move(second, 1)
    expect(titles()).toEqual(['first', 'fourth', 'third', 'second'])
    expect(() => jobs.move(first, 1)).toThrow('“first” does not wait any more.')
    expect(() => jobs.move('gone', 1)).toThrow('no longer on the list')
    // What is paused before it began waits for its user: the others pass it.
    jobs.pause(third)
    jobs.move(second, -1)
    expect(titles()).toEqual(['first', 'second', 'third', 'fourth'])
    jobs.resume(third)

    const kept = jobs.open()
    expect(kept.map(({ title }) => title)).toEqual(['first', 'second', 'third', 'fourth'])
    const { jobs: nextStart } = queue()
    nextStart.offer(kept)
    expect(nextStart.list().map(({ title }) => title)).toEqual(kept.map(({ title }) => title))
    end()
    await until((list) => list.every(({ state }) => state === 'done'))
    expect(ran).toEqual(['second', 'third', 'fourth'])
  })

  it('offers unfinished jobs again and forgets dismissed ones', () => {
    const { jobs } = queue()
    jobs.offer([{ jobId: 'old', title: 'Grad-CAM on 12 images', kind: 'attribution', done: 4, total: 12, request: {} }])
    expect(jobs.list()[0]).toMatchObject({ state: 'unfinished', done: 4, total: 12 })
    expect(jobs.takeOffered('old')?.title).toBe('Grad-CAM on 12 images')
    expect(jobs.list()).toEqual([])
  })
})

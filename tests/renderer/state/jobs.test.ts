import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { JobSummary } from '@shared/vocabulary'
import { jobShare, type jobs as Queue } from '../../../src-renderer/state/jobs.svelte'
import { settled, type FakeEngine } from '../fake-port'

const aJob = (jobId: string, change: Partial<JobSummary> = {}): JobSummary => ({
  jobId,
  title: jobId,
  kind: 'attribution',
  state: 'running',
  stage: '',
  done: 1,
  total: 4,
  secondsLeft: 40,
  seconds: 10,
  failures: [],
  ...change
})

describe('the queue', () => {
  const busy: number[] = []
  let engine: FakeEngine
  let jobs: typeof Queue

  beforeEach(async () => {
    busy.length = 0
    vi.stubGlobal('window', {
      saliscope: { setBusy: ({ jobs: n }: { jobs: number }) => Promise.resolve(void busy.push(n)) }
    })
    vi.resetModules()
    const { FakeEngine: Fresh } = await import('../fake-port')
    ;({ jobs } = await import('../../../src-renderer/state/jobs.svelte'))
    engine = new Fresh({
      'job.list': () => [aJob('a'), aJob('b', { state: 'waiting' })],
      'job.cancel': () => ({}),
      'job.pause': () => ({})
    })
    jobs.listen()
    await settled()
  })

  it('tells the window how much would be lost by closing it', async () => {
    expect(jobs.openCount).toBe(2)
    engine.say('jobs', [aJob('a', { state: 'done' }), aJob('c', { state: 'unfinished' })])
    await settled()

    expect(jobs.openCount).toBe(0)
    expect(jobs.unfinished.map((job) => job.jobId)).toEqual(['c'])
    expect(busy).toEqual([2, 0])
  })

  it('answers a cancel at once, before the engine does', () => {
    jobs.cancel('a')

    expect(jobs.find('a')?.state).toBe('stopping')
    expect(jobs.find('b')?.state).toBe('waiting')
  })

  it('takes what the engine says of the end', async () => {
    jobs.cancelCurrent()
    engine.say('jobs', [aJob('a', { state: 'cancelled' })])
    await settled()

    expect(jobs.find('a')?.state).toBe('cancelled')
    expect(jobs.current).toBeNull()
  })

  it('shows a job as running again when it could not be stopped', async () => {
    engine.answers = { 'job.cancel': () => Promise.reject({ code: 'not-found', message: 'No such job.' }) }
    jobs.cancel('a')
    await settled()

    expect(jobs.find('a')?.state).toBe('running')
  })

  it('says how far a job is in units, or in percent where it is one piece', () => {
    expect(jobShare(aJob('a', { done: 12.7, total: 100 }))).toBe('12 of 100')
    expect(jobShare(aJob('a', { done: 0.286, total: 1 }))).toBe('28 %')
    expect(jobShare(aJob('a', { done: 0, total: 0 }))).toBe('')
  })
})

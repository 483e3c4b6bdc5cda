import { beforeEach, describe, expect, it, vi } from 'vitest'
import { sampleReport } from '../../engine/report/sample-report'
import type { reports as Reports } from '../../../src-renderer/state/report.svelte'
import type { session as Session } from '../../../src-renderer/state/session.svelte'
import type { shell as Shell } from '../../../src-renderer/state/shell.svelte'
import { settled, type Answers, type FakeEngine } from '../fake-port'

const listed = (reportId: string, complete: boolean) => ({
  reportId,
  title: reportId,
  complete,
  made: '2026-11-21T10:00:00Z'
})

describe('the reports', () => {
  let reports: typeof Reports
  let session: typeof Session
  let shell: typeof Shell
  let start: (answers: Answers) => FakeEngine
  let folder: { grant: string; name: string; kind: 'folder' } | null

  beforeEach(async () => {
    folder = { grant: 'folder', name: 'reports', kind: 'folder' }
    vi.stubGlobal('window', {
      saliscope: { chooseFolder: () => Promise.resolve(folder), setBusy: () => Promise.resolve() }
    })
    vi.resetModules()
    const { FakeEngine: Fresh } = await import('../fake-port')
    ;({ reports } = await import('../../../src-renderer/state/report.svelte'))
    ;({ session } = await import('../../../src-renderer/state/session.svelte'))
    ;({ shell } = await import('../../../src-renderer/state/shell.svelte'))
    start = (answers) => new Fresh(answers)
  })

  it('goes to the report when one is started, and fills it as it comes', async () => {
    let done = 0
    const engine = start({
      'report.run': () => ({ jobId: 'j', reportId: 'r' }),
      'report.list': () => (done === 0 ? [] : [listed('r', false)]),
      'report.read': () => ({
        report: sampleReport({ coverage: { complete: done === 12, casesDone: done, casesTotal: 12 } }),
        complete: done === 12
      })
    })
    reports.listen()
    await reports.run({ source: 'demo' })
    expect(shell.screen).toBe('report')
    expect(reports.report).toBeNull()

    done = 1
    engine.say('report', { reportId: 'r', complete: false })
    await vi.waitFor(() => expect(reports.report?.coverage.casesDone).toBe(1))
    done = 12
    engine.say('report', { reportId: 'r', complete: true })
    await vi.waitFor(() => expect(reports.complete).toBe(true))
    expect(reports.report?.coverage.casesDone).toBe(12)
  })

  it('leaves whoever has gone elsewhere while it was ordered where they are', async () => {
    start({ 'report.run': () => ({ jobId: 'j', reportId: 'r' }), 'report.list': () => [listed('r', false)] })
    const ordered = reports.run({ source: 'demo' })
    shell.show('jobs')
    await ordered
    expect([shell.screen, reports.currentId]).toEqual(['jobs', 'r'])
  })

  it('reads at most once a second while figures pour in, and at once at the end', async () => {
    const engine = start({
      'report.list': () => [listed('r', false)],
      'report.read': () => ({ report: sampleReport(), complete: false })
    })
    reports.listen()
    await vi.waitFor(() => expect(reports.report).not.toBeNull())
    const before = engine.asked.filter((command) => command === 'report.read').length
    for (let index = 0; index < 20; index++) engine.say('report', { reportId: 'r', complete: false })
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(engine.asked.filter((command) => command === 'report.read')).toHaveLength(before)

    engine.say('report', { reportId: 'r', complete: true })
    await vi.waitFor(() => expect(engine.asked.filter((command) => command === 'report.read')).toHaveLength(before + 1))
  })

  it('saves into the chosen folder and says what was written', async () => {
    const given: unknown[] = []
    start({
      'report.list': () => [listed('r', true)],
      'report.read': () => ({ report: sampleReport(), complete: true }),
      'report.save': (input) => {
        given.push(input)

        return { files: ['report.html', 'report.json', 'results.csv'], refused: [], remarks: [] }
      }
    })
    reports.listen()
    await vi.waitFor(() => expect(reports.report).not.toBeNull())
    await reports.save()

    expect(given).toEqual([{ reportId: 'r', grant: 'folder' }])
    expect(reports.savedFiles).toHaveLength(3)
    expect(shell.saved).toBe('saved')
  })

  it('writes nothing when no folder is chosen, and says so when writing fails', async () => {
    const engine = start({
      'report.list': () => [listed('r', true)],
      'report.read': () => ({ report: sampleReport(), complete: true }),
      'report.save': () =>
        Promise.reject({ code: 'not-writable', message: 'The folder is read-only.', hint: 'Choose another.' })
    })
    reports.listen()
    await vi.waitFor(() => expect(reports.report).not.toBeNull())
    folder = null
    await reports.save()
    expect(engine.asked).not.toContain('report.save')

    folder = { grant: 'folder', name: 'reports', kind: 'folder' }
    await reports.save()
    expect(shell.saved).toEqual({ failed: 'The folder is read-only.' })
    expect(shell.notices.map(({ fault }) => fault.code)).toEqual(['not-writable'])
    expect(reports.savedFiles).toBeNull()
  })

  it('finds the open case behind a case of the report', async () => {
    start({})
    session.cases = [{ caseId: 'sample:p0001' }, { caseId: 'own' }] as unknown as typeof session.cases
    await settled()

    expect(reports.caseIdOf('p0001')).toBe('sample:p0001')
    expect(reports.caseIdOf('own')).toBe('own')
    expect(reports.caseIdOf('p0002')).toBeNull()
  })
})

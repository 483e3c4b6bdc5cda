import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ProfileSummary, Role } from '@shared/profile'
import { sampleReport } from '../../engine/report/sample-report'
import { aCase } from '../a-case'
import { settled, type Answers } from '../fake-port'

const profile = (name: string, role: Role): ProfileSummary => ({
  ...{ profile: name, name, role, hasPin: false, hasReading: false }
})
const [boss, anna, bert] = [profile('boss', 'researcher'), profile('anna', 'reader'), profile('bert', 'reader')]
const list = [boss, anna, bert]

const aReport = { reportId: 'r1', title: 'Sample', made: '2026-11-21T10:00:00Z', complete: true }

/** Answers that were asked for after other answers. */
async function arrived(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await settled()
}

describe('who works here', () => {
  let here: Awaited<ReturnType<typeof controllers>>
  let stops: (() => void)[]

  async function controllers() {
    vi.resetModules()
    vi.stubGlobal('window', new EventTarget())
    const { FakeEngine } = await import('../fake-port')
    const { pageOfRole } = await import('../../../src-renderer/state/role-change.svelte')
    const { profiles } = await import('../../../src-renderer/state/profiles.svelte')
    const { reports } = await import('../../../src-renderer/state/report.svelte')
    const { session } = await import('../../../src-renderer/state/session.svelte')
    const { sheet } = await import('../../../src-renderer/state/sheet.svelte')
    const { shell } = await import('../../../src-renderer/state/shell.svelte')

    return {
      pageOfRole,
      profiles,
      reports,
      session,
      sheet,
      shell,
      engine: (answers: Answers) => new FakeEngine(answers)
    }
  }

  async function start(current: ProfileSummary | null): Promise<(next: ProfileSummary) => Promise<void>> {
    const engine = here.engine({
      'profile.list': () => ({ profiles: list, current }),
      'report.list': () => (here.profiles.role === 'reader' ? [] : [aReport]),
      'report.read': () => ({ report: sampleReport({}), complete: true }),
      'app.info': () => ({ version: '1', threads: 1, runtime: '1', firstStart: true }),
      'method.list': () => [],
      'preset.list': () => [],
      'study.list': () => [here.profiles.role === 'reader' ? aCase('bare') : aCase('labelled', 'lesion')],
      'model.list': () => [],
      'job.list': () => [],
      'map.list': () => []
    })
    stops = [here.profiles.listen()]
    const page = here.pageOfRole()
    await here.profiles.start()
    page()

    return async (next) => {
      engine.say('profile', { profiles: list, current: next })
      await settled()
      page()
      await arrived()
    }
  }

  beforeEach(async () => {
    here = await controllers()
  })
  afterEach(() => {
    stops.forEach((stop) => stop())
    vi.unstubAllGlobals()
  })

  it('asks for nothing before somebody is chosen, and then for what that profile may see', async () => {
    const become = await start(null)
    expect(here.profiles.mustChoose).toBe(true)
    expect(here.session.cases).toEqual([])
    // Whatever came onto the page meanwhile goes when a reader is chosen.
    here.session.cases = [aCase('labelled', 'lesion')]
    await become(anna)
    expect(here.session.cases.map(({ caseId }) => caseId)).toEqual(['bare'])
    await become(boss)
    expect(here.session.cases.map(({ caseId }) => caseId)).toEqual(['labelled'])
  })

  it('takes the report and the sheet off the page for a reader, and gives the report back', async () => {
    const become = await start(boss)
    await here.reports.refresh()
    await arrived()
    here.shell.show('report')
    here.sheet.caseIds = ['labelled']
    expect(here.reports.report).not.toBeNull()

    await become(anna)
    expect([here.reports.report, here.reports.list, here.sheet.caseIds]).toEqual([null, [], null])
    expect(here.shell.screen).toBe('view')
    here.shell.show('report')
    expect([here.shell.screen, here.shell.sentence]).toEqual(['view', 'A reader is shown no reports.'])

    await become(boss)
    here.shell.show('report')
    expect(here.shell.screen).toBe('report')
    expect(here.reports.currentId).toBe('r1')
    expect(here.reports.report).not.toBeNull()
  })

  it('asks anew when another reader takes over', async () => {
    const become = await start(anna)
    here.session.cases = [aCase('of anna')]
    await become(bert)
    expect(here.session.cases.map(({ caseId }) => caseId)).toEqual(['bare'])
  })
})

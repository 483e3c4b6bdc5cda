import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CaseSummary, MethodSummary, ModelSummary } from '@shared/vocabulary'
import { sampleReport } from '../../engine/report/sample-report'
import { settled } from '../fake-port'

const report = sampleReport()
const index = report.results.findIndex(({ method, perCase }) => method !== '' && perCase.length > 2)
const row = report.results[index]
const model = report.models.find(({ id }) => row.models.includes(id))!
const expression = report.methods.find(({ id }) => id === row.method)!.expr

describe('the cases behind a number', () => {
  const modules = async () => {
    vi.stubGlobal('window', {})
    vi.resetModules()
    const { FakeEngine } = await import('../fake-port')
    const { casesBehind } = await import('../../../src-renderer/state/cases-behind.svelte')
    const { reports } = await import('../../../src-renderer/state/report.svelte')
    const { session } = await import('../../../src-renderer/state/session.svelte')
    const { sheet } = await import('../../../src-renderer/state/sheet.svelte')
    const { sheetOrder } = await import('../../../src-renderer/state/sheet-order.svelte')
    const { shell } = await import('../../../src-renderer/state/shell.svelte')
    new FakeEngine({ 'map.list': () => [], 'map.forecast': () => ({ maps: 1, seconds: 1 }) })

    return { casesBehind, reports, session, sheet, sheetOrder, shell }
  }
  let here: Awaited<ReturnType<typeof modules>>
  beforeEach(async () => {
    here = await modules()
    const { reports, session, shell } = here
    reports.report = report
    session.cases = row.perCase.map(({ case: caseId }) => ({ caseId, part: null }) as unknown as CaseSummary)
    session.models = [
      { modelId: 'open', sha256: model.sha256, card: { outputs: [{ labels: ['lesion'] }] } } as unknown as ModelSummary
    ]
    session.methods = [{ id: expression.split('+')[0], kind: 'base', params: [] } as unknown as MethodSummary]
    shell.show('report')
  })

  it('stand in the sheet of cases under the map of the number, worst first, and closing it leads back', async () => {
    const { casesBehind, sheet, sheetOrder, shell } = here
    casesBehind.show(index)
    expect([shell.screen, sheet.modelId, sheet.expression]).toEqual(['studies', 'open', expression])
    const values = sheetOrder.cases.map((one) => sheetOrder.scoreOf(one)?.value ?? null)
    const known = values.filter((value) => value !== null)
    expect(known.length).toBeGreaterThan(2)
    expect(known).toEqual([...known].sort((a, b) => (row.better === 'lower' ? b - a : a - b)))

    // A case in View, back to the sheet, back to the report.
    sheet.visit(sheetOrder.cases[1].caseId)
    expect(shell.screen).toBe('view')
    expect(sheet.comeBack()).toBe(true)
    expect(shell.screen).toBe('studies')
    sheet.close()
    expect([shell.screen, sheet.caseIds]).toEqual(['report', null])
    await settled()
  })

  it('stand in a list where no map belongs to them, and a case of it leads back to the report', () => {
    const { casesBehind, session, sheet, shell } = here
    session.models = []
    casesBehind.show(index)
    expect([shell.screen, sheet.caseIds, casesBehind.row]).toEqual(['report', null, index])
    casesBehind.visit(row.perCase[0].case)
    expect([shell.screen, casesBehind.comeBack(), shell.screen, casesBehind.comeBack()]).toEqual([
      'view',
      true,
      'report',
      false
    ])
    expect(casesBehind.row).toBe(index)
  })

  it('of a sheet opened from the list do not lead to the report', () => {
    const { session, sheet, shell } = here
    shell.show('studies')
    sheet.show(session.cases.map(({ caseId }) => caseId))
    sheet.close()
    expect(shell.screen).toBe('studies')
  })
})

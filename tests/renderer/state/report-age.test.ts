import { describe, expect, it, vi } from 'vitest'
import type { CaseSummary } from '@shared/vocabulary'

const patient = { caseId: 'a', title: 'DOE^JANE', subtitle: 'F · 61 y · chest', date: '2024-02-01', part: null }

describe('the case of a changed outline', () => {
  it('is called what it is called in the list, and by number while identity is hidden', async () => {
    vi.stubGlobal('window', {})
    vi.resetModules()
    const { outlinedCase } = await import('../../../src-renderer/state/report-age.svelte')
    const { session } = await import('../../../src-renderer/state/session.svelte')
    const { viewer } = await import('../../../src-renderer/state/viewer.svelte')
    session.cases = [{ ...patient, caseId: 'other' }, patient] as unknown as CaseSummary[]
    const ofFile = { caseId: 'p0001', title: 'ROE^RICHARD' }
    expect([outlinedCase(patient), outlinedCase(ofFile)]).toEqual(['DOE^JANE', 'ROE^RICHARD'])

    viewer.identityHidden = true
    expect([outlinedCase(patient), outlinedCase(ofFile)]).toEqual(['Case 2', 'p0001'])
  }, 60_000)
})

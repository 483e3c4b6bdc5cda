import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readReport } from '@engine/formats/read-report'
import type { ExpectedFile } from './shared-data'

const folder = fileURLToPath(new URL('../../fixtures/formats/', import.meta.url))
const expected = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Record<string, ExpectedFile>

describe('small real files in the repository', () => {
  it.each(Object.entries(expected))('%s', async (name, facts) => {
    const { report } = await readReport(folder + name)
    expect(report.fault).toBeUndefined()
    expect([report.kind, report.shape]).toEqual([facts.kind, facts.shape])
    if (facts.lossy !== true) expect(report.sha256F32le).toBe(facts.sha256_f32le)
    const allowed = facts.decodersMaxDiff ?? 0
    expect(Math.abs(report.min! - facts.min!)).toBeLessThanOrEqual(allowed)
    expect(Math.abs(report.max! - facts.max!)).toBeLessThanOrEqual(allowed)
    expect(Math.abs(report.mean! - facts.mean!)).toBeLessThanOrEqual(allowed + 1e-9)
    const flat = report.affine?.flat() ?? []
    facts.affine?.flat().forEach((value, index) => expect(flat[index]).toBeCloseTo(value, 4))
  })

  it('one MR in six codings is one array', async () => {
    const twins = Object.keys(expected).filter((name) => name.startsWith('MR_small'))
    expect(twins).toHaveLength(6)
    const hashes = await Promise.all(twins.map(async (name) => (await readReport(folder + name)).report.sha256F32le))
    expect(new Set(hashes).size).toBe(1)
  })
})

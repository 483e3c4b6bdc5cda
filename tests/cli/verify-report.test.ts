import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Verified } from '@shared/verification'
import { cutSample } from '../support/cut-sample'
import { commandLine } from '../support/in-process'

let folder: string
let out: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-verify-report-'))
  out = join(folder, 'report')
  const experiment = cutSample(folder, (raw) => {
    raw.models = raw.models.slice(0, 1)
    raw.cases = raw.cases.slice(0, 2).map((item) => ({ ...item, variants: [] }))
    raw.criteria = [{ id: 'performance', params: {} }]
  })
  expect((await commandLine(['assess', experiment, '--out', out])).status).toBe(0)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function verified(path = out): Promise<Verified & { status: number }> {
  const { status, stdout } = await commandLine(['verify', path, '--json'])
  return { status, ...(JSON.parse(stdout) as Verified) }
}

/** Verifies with a file changed, and puts the file back. */
async function changed(name: string, change: (path: string) => void): Promise<Verified & { status: number }> {
  const path = join(out, name)
  const before = readFileSync(path)
  change(path)
  try {
    return await verified()
  } finally {
    writeFileSync(path, before)
  }
}

describe('verify on a report', () => {
  it('finds what assess wrote whole, by its folder and by its report.json', async () => {
    for (const path of [out, join(out, 'report.json')]) {
      const found = await verified(path)
      expect(found).toMatchObject({ status: 0, kind: 'report', whole: true, problems: [] })
      expect(found.checked).toMatch(/[1-9]\d* files of 1 recipes.*names [1-9]\d* input files/)
    }
  })

  it('names a changed table, a changed recipe and a report of another recipe', async () => {
    const table = await changed('results.csv', (path) => appendFileSync(path, ' '))
    expect(table).toMatchObject({ status: 3, problems: ['results.csv was changed after it was written.'] })
    const edited = await changed('report.json', (path) =>
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"seed":( ?)\d+/, '"seed":$199'))
    )
    expect(edited.status).toBe(3)
    expect(edited.problems).toContain('report.json: the recipe was changed, its number is another one.')
    const other = await changed('recipe.json', (path) =>
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"report": "./, '"report": "x'))
    )
    expect(other.problems).toContain('recipe.json belongs to another report.')
    expect(other.status).toBe(3)
  })
})

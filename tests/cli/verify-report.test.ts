import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashFile, hashJson } from '@engine/handlers/recipe'
import type { Report } from '@shared/report'
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

/** Redoes the hash list, as somebody does who wants a change to pass. */
async function rehashed(): Promise<() => void> {
  const path = join(out, 'recipe.json')
  const before = readFileSync(path)
  const recipe = JSON.parse(before.toString()) as { files: { file: string; sha256: string }[] }
  for (const one of recipe.files) one.sha256 = await hashFile(join(out, one.file))
  writeFileSync(path, JSON.stringify(recipe))
  return () => writeFileSync(path, before)
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

  it('finds a word that was changed in what people read, though its hash was redone', async () => {
    for (const name of ['report.html', 'methods.txt', 'citations.bib']) {
      const path = join(out, name)
      const before = readFileSync(path)
      writeFileSync(path, before.toString().replace(/a/u, 'b'))
      const restore = await rehashed()
      try {
        const found = await verified()
        expect(found).toMatchObject({ status: 3, problems: [`${name} does not show what report.json holds.`] })
      } finally {
        writeFileSync(path, before)
        restore()
      }
    }
  })

  it('says that nothing was computed, what pictures were held against, and what no recipe knows', async () => {
    const { checked, remarks } = await verified()
    expect(checked).toContain('Nothing was computed')
    expect(remarks).toEqual([expect.stringMatching(/^Pictures \(.*PNG\) were held against their SHA-256 alone\.$/u)])
    mkdirSync(join(out, 'figures', 'more'), { recursive: true })
    const beside = join(out, 'figures', 'more', 'beside.svg')
    writeFileSync(beside, '<svg/>')
    try {
      const found = await verified()
      expect(found.remarks[0]).toBe(`${join('figures', 'more', 'beside.svg')} is in no recipe: nothing is known of it.`)
    } finally {
      rmSync(beside)
    }
  })

  it('does not claim that a report of another version shows something else', async () => {
    const path = join(out, 'report.json')
    const before = readFileSync(path)
    const report = JSON.parse(before.toString()) as Report
    const { id: _id, ...recipe } = { ...report.recipe, saliscope: '0.0.1' }
    writeFileSync(path, JSON.stringify({ ...report, recipe: { ...recipe, id: hashJson(recipe) } }))
    const restore = await rehashed()
    try {
      const { remarks, problems } = await verified()
      expect(remarks[0]).toMatch(/^The report was written by Saliscope 0\.0\.1, .* report\.html.* was not checked\.$/u)
      expect(problems.filter((one) => one.startsWith('report.html'))).toEqual([])
    } finally {
      writeFileSync(path, before)
      restore()
    }
  })

  it('computes one folder again at a time', async () => {
    const { status, stderr } = await commandLine(['verify', out, out, '--rerun', '1', '--experiment', 'any.json'])
    expect([status, stderr]).toEqual([2, expect.stringContaining('One folder at a time is computed again.')])
  })
})

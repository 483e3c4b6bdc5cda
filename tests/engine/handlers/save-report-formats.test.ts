import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MapPrints } from '@engine/handlers/map-prints'
import { reportFormats } from '@engine/handlers/exports/report-formats'
import type { ReportCases } from '@engine/handlers/report-shelf'
import { saveReport } from '@engine/handlers/save-report'
import { quietJob } from '@engine/job'
import type { PdfPrinter } from '@engine/report/pdf-printer'
import { sampleReport } from '../report/sample-report'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'saliscope-formats-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Prints nothing but what it was given to print. */
const print: PdfPrinter = ({ html, pdf }) => Promise.resolve(writeFileSync(pdf, readFileSync(html)))

/** Writes the report as these formats; what was said, which must be what lies there. */
async function saved(...as: string[]): Promise<string[]> {
  const target = { folder, identity: 'pseudonym' as const, job: quietJob(), print }
  // Cases are asked for by DICOM reports alone.
  const { files } = await saveReport(
    { report: sampleReport(), about: {} as ReportCases, prints: new MapPrints() },
    { as },
    target
  )
  const there = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/u.test(name))
  expect([...files].sort()).toEqual(there.sort())
  return files.filter((file) => file !== 'recipe.json')
}

describe('a report by format', () => {
  it.each([
    ['html', 'report.html'],
    ['pdf', 'report.pdf'],
    ['json', 'report.json'],
    ['bibtex', 'citations.bib'],
    ['methods', 'methods.txt'],
    ['python', 'read_results.py']
  ])('%s is %s and nothing else', async (id, file) => {
    expect(await saved(id)).toEqual([file])
  })

  it('prints what it would write, and leaves no page behind', async () => {
    await saved('pdf')
    expect(readFileSync(join(folder, 'report.pdf'), 'utf8')).toContain('Can these saliency maps be trusted?')
  })

  it('figures go by their ending, and CSV takes the numbers of the figures along', async () => {
    const svg = await saved('figures-svg')
    expect(svg.length).toBeGreaterThan(2)
    expect(svg.every((file) => file.startsWith('figures') && file.endsWith('.svg'))).toBe(true)
    rmSync(join(folder, 'figures'), { recursive: true })
    const csv = await saved('csv')
    expect(csv).toContain('results.csv')
    expect(csv).toHaveLength(svg.length + 1)
  })

  it('everything is every format but DICOM, each file once, with the recipe that lists them', async () => {
    const all = await saved('documents', 'html')
    expect(new Set(all).size).toBe(all.length)
    for (const { id, holds } of reportFormats)
      if (id !== 'dicom-sr')
        expect(
          all.some((file) => holds!(file)),
          id
        ).toBe(true)
    const recipe = JSON.parse(readFileSync(join(folder, 'recipe.json'), 'utf8')) as { files: { file: string }[] }
    expect(recipe.files.map(({ file }) => file).sort()).toEqual([...all].sort())
  })

  it('keeps what the recipe said of files of the same report, and nothing of another', async () => {
    const listed = (): string[] =>
      (JSON.parse(readFileSync(join(folder, 'recipe.json'), 'utf8')) as { files: { file: string }[] }).files.map(
        ({ file }) => file
      )
    await saved('json')
    const target = { folder, identity: 'pseudonym' as const, job: quietJob(), print }
    const again = { report: sampleReport(), about: {} as ReportCases, prints: new MapPrints() }
    await saveReport(again, { as: ['bibtex'] }, target)
    await saveReport(again, { as: ['bibtex'] }, target)
    expect(listed()).toEqual(['report.json', 'citations.bib'])
    const { recipe } = again.report
    await saveReport(
      { ...again, report: sampleReport({ recipe: { ...recipe, id: 'other' } }) },
      { as: ['methods'] },
      target
    )
    expect(listed()).toEqual(['methods.txt'])
  })

  it('refuses what no report is written as', async () => {
    await expect(saved('docx')).rejects.toMatchObject({ code: 'bad-parameter', subject: 'docx' })
  })
})

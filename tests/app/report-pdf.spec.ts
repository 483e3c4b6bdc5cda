import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pdfFacts, pdfPages } from '../support/pdf'
import { launch, root } from './support/launch'
import { expect, picture, test } from './support/test'

/** The smallest assessment with pictures: two images, one model, one map, without randomised weights. */
function experiment(folder: string): string {
  const sample = join(root, 'resources', 'sample')
  const raw = JSON.parse(readFileSync(join(sample, 'demo-experiment.json'), 'utf8')) as {
    models: { onnx: string; card: string }[]
    cases: { image: string; label: string; masks: { path: string }[]; variants: unknown[] }[]
    [key: string]: unknown
  }
  const at = (path: string): string => join(sample, path)
  raw.models = raw.models.slice(0, 1).map((model) => ({ ...model, onnx: at(model.onnx), card: at(model.card) }))
  raw.cases = raw.cases
    .filter(({ label }) => label === 'lesion')
    .slice(0, 2)
    .map((one) => ({
      ...one,
      image: at(one.image),
      masks: one.masks.map((mask) => ({ ...mask, path: at(mask.path) })),
      variants: []
    }))
  raw.methods = ['gradcam']
  raw.criteria = [{ id: 'localisation' }]
  raw.references = { averageMask: { path: at('average-mask.npy') } }
  const path = join(folder, 'experiment.json')
  writeFileSync(path, JSON.stringify(raw))

  return path
}

function checkPdf(pdf: string): void {
  const facts = pdfFacts(pdf)
  expect(facts).toMatchObject({ tagged: true, a4: true, whole: true })
  expect(facts.pages).toBeGreaterThan(1)
  const pages = pdfPages(pdf)
  if (pages === null) return
  expect(pages).toHaveLength(facts.pages)
  for (const [index, text] of pages.entries()) {
    expect(text).toContain(`Page ${index + 1} of ${pages.length}`)
    expect(text).toMatch(/Research use\. Not for diagnosis\. Saliscope [\d.]+ · recipe [0-9a-f]{12}/u)
  }
  expect(pages[0]).toContain('Can these saliency maps be trusted?')
}

test('the command line prints the report with the window’s Chromium, without a screen', () => {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-pdf-'))
  try {
    const { DISPLAY: _none, ...env } = process.env
    const out = join(folder, 'out')
    const run = spawnSync(join(root, 'bin', 'saliscope'), ['assess', experiment(folder), '--out', out], {
      env,
      encoding: 'utf8',
      timeout: 120_000
    })
    expect(run.stderr).not.toContain('No PDF')
    expect(run.status).toBe(0)
    expect(run.stdout).toContain('report.pdf')
    checkPdf(join(out, 'report.pdf'))
    const again = spawnSync('python3', [join(out, 'read_results.py')], { encoding: 'utf8' })
    expect(again.stdout).toContain('average-precision')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the window saves the same report as PDF', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-pdf-'))
  const { page, close } = await launch({ dialogs: [experiment(folder), folder, join(folder, 'methods')] })
  try {
    await page.keyboard.press('Control+4')
    await page.getByRole('button', { name: 'Run an experiment file…' }).click()
    await expect(page.getByRole('button', { name: 'Save report' })).toBeVisible({ timeout: 60_000 })
    await expect(page.locator('#report-recipe')).toBeVisible()
    // Partial reports show the button too; only the last one has nothing to stop.
    await expect
      .poll(() => page.getByRole('button', { name: 'Stop', exact: true }).count(), { timeout: 60_000 })
      .toBe(0)
    await expect(page.getByText('preliminary', { exact: true })).toHaveCount(0)
    // Jumping to a part moves the report, not the window: its header stays.
    await page.getByRole('button', { name: 'Recipe', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Trust report' })).toBeInViewport()
    expect(await page.evaluate(() => document.scrollingElement?.scrollTop ?? 0)).toBe(0)
    await page.keyboard.press('Control+s')
    await expect.poll(() => existsSync(join(folder, 'report.pdf')), { timeout: 60_000 }).toBe(true)
    checkPdf(join(folder, 'report.pdf'))
    await expect(page.getByText(/^Saved: report\.html, .* files in all\), in saliscope-pdf-/)).toBeVisible()

    // One format alone, by keys: Ctrl+E, the methods paragraph in place of everything, into the second folder.
    await page.keyboard.press('Control+e')
    const sheet = page.getByRole('dialog', { name: 'Export' })
    await sheet.getByRole('checkbox', { name: /^Everything but DICOM/ }).press('Space')
    await sheet.getByRole('checkbox', { name: /^Methods paragraph/ }).press('Space')
    await picture(page, 'report-export')
    await sheet.getByRole('button', { name: 'Write 1 report' }).press('Enter')
    await expect(sheet.getByText('2 files written into methods.')).toBeVisible()
    expect(readdirSync(join(folder, 'methods')).sort()).toEqual(['methods.txt', 'recipe.json'])
  } finally {
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
})

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Page } from '@playwright/test'
import { dciodvfy } from '../support/checkers'
import { accessibilityFindings } from './support/accessibility'
import { dragOver } from './support/drop'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** Imaging out: everything the export sheet offers is written, lies in the chosen folder, and opens again in the window. */
const folder = mkdtempSync(join(tmpdir(), 'imaging-out-'))
const out = {
  maps: join(folder, 'maps'),
  masks: join(folder, 'masks'),
  cases: join(folder, 'cases'),
  measurements: join(folder, 'measurements')
}
for (const path of Object.values(out)) mkdirSync(path)
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sheet = (page: Page) => page.getByRole('dialog', { name: 'Export' })

/** Names of the files below a folder. */
const filesBelow = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Everything we write as DICOM breaks no rule of its object. */
function expectValidDicom(path: string): void {
  for (const file of filesBelow(path).filter((name) => name.endsWith('.dcm'))) {
    expect.soft(dciodvfy(file), basename(file)).toEqual([])
  }
}

/** Ticks every format of the sheet that can be written and returns how many there are. */
async function tickAll(page: Page): Promise<number> {
  const boxes = sheet(page).getByRole('region', { name: 'Written as' }).getByRole('checkbox')
  await expect(boxes.first()).toBeVisible()
  for (const box of await boxes.all()) if (await box.isEnabled()) await box.check()

  return boxes.count()
}

test.describe('the sheet', () => {
  test.use({ dialogs: { answers: [out.maps, out.masks, out.cases, join(out.masks, 'p0001', 'outlines.seg.dcm')] } })

  test('writes maps, outlines and de-identified cases, and says what it wrote', async ({ page }) => {
    await waitForSample(page)
    await expect(page.getByText(/^computed in /).first()).toBeVisible({ timeout: 60_000 })
    await page.keyboard.press('Control+e')
    await expect(sheet(page)).toBeVisible()
    await tickAll(page)
    await picture(page, 'export-maps')
    expect(await accessibilityFindings(page)).toEqual([])
    await sheet(page).getByRole('button', { name: 'Write 1 map' }).click()
    await expect(sheet(page).getByText(/^\d+ files written into maps\.$/)).toBeVisible({ timeout: 60_000 })
    await picture(page, 'export-maps-done')
    const maps = filesBelow(out.maps)
    const own = maps.filter((name) => name.startsWith(join(out.maps, 'p0001')))
    for (const ending of ['.npy', '.nii.gz', '.png', '.pm.dcm', '.seg.dcm', '.sc.dcm', '.pr.dcm', 'recipe.json'])
      expect(own.filter((name) => name.endsWith(ending))).toHaveLength(1)
    for (const tree of ['mednet', 'clinicadl'])
      expect(maps.some((name) => name.startsWith(join(out.maps, tree)))).toBe(true)
    expectValidDicom(out.maps)

    await sheet(page).getByRole('tab', { name: 'Outlines' }).click()
    await tickAll(page)
    await picture(page, 'export-masks')
    await sheet(page).getByRole('button', { name: 'Choose…' }).click()
    await sheet(page).getByRole('button', { name: 'Write 1 case' }).click()
    await expect(sheet(page).getByText(/written into masks\.$/)).toBeVisible({ timeout: 60_000 })
    for (const ending of [
      '.npy',
      '.nii.gz',
      '.png',
      '.seg.dcm',
      'outlines.coco.json',
      '.boxes.coco.json',
      '.boxes.csv'
    ])
      expect(filesBelow(out.masks).filter((name) => name.endsWith(ending))).toHaveLength(1)
    await expect(sheet(page).getByText(/Contours lie in the patient/)).toBeVisible()
    expectValidDicom(out.masks)

    await sheet(page).getByRole('tab', { name: 'Cases, de-identified' }).click()
    await sheet(page).getByRole('button', { name: 'Choose…' }).click()
    await picture(page, 'export-cases')
    expect(await accessibilityFindings(page)).toEqual([])
    await sheet(page).getByRole('button', { name: 'Write 1 case' }).click()
    await expect(sheet(page).getByText(/^1 file written into cases\.$/)).toBeVisible({ timeout: 60_000 })
    const [written] = filesBelow(out.cases)
    expect(readFileSync(written).includes('Phantom^0001')).toBe(false)
    expectValidDicom(out.cases)
    await page.keyboard.press('Escape')
    await expect(sheet(page)).toHaveCount(0)

    // All of it opens again: images as cases, the segmentation as a second outline of the same case.
    const images = [...own.filter((name) => /\.(nii\.gz|npy|png|sc\.dcm)$/.test(name)), written]
    await (await dragOver(page, images)).drop()
    await expect(page.getByRole('button', { name: /^Opened by you 5/ })).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText(/could not be read/)).toHaveCount(0)
    await page.getByRole('button', { name: /^Sample/ }).click()
    await page.getByRole('listbox', { name: 'Cases' }).getByText('Phantom, 0001').click()
    await page.keyboard.press('Control+K')
    await page.keyboard.type('Attach an outline')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('option', { name: /Phantom, 0001.*2 outlines/ })).toBeVisible({ timeout: 60_000 })
  })
})

test('a case without an outline is said to be so once, not with every format', async ({ page }) => {
  await waitForSample(page)
  await page.keyboard.press('n')
  await expect(page.getByText(/^2 of \d+$/).first()).toBeVisible()
  await page.keyboard.press('Control+e')
  await sheet(page).getByRole('tab', { name: 'Outlines' }).click()
  const formats = sheet(page).getByRole('region', { name: 'Written as' })
  await expect(formats.getByTestId('refused-by-all')).toHaveText('There is no outline on this case.')
  await expect(formats.getByText('There is no outline on this case.')).toHaveCount(1)
  for (const box of await formats.getByRole('checkbox').all()) await expect(box).toBeDisabled()
  await picture(page, 'export-masks-none')

  // With others, the formats say only what is theirs.
  await sheet(page).getByRole('radio', { name: 'All open cases' }).check()
  await formats.getByText(/^\d+ of \d+ cannot be written at all$/).click()
  await expect(formats.getByText('There is no outline on this case.')).toHaveCount(1)
  await picture(page, 'export-masks-some')
})

test.describe('measurements', () => {
  test.use({ dialogs: { answers: [out.measurements] } })
  test.setTimeout(300_000)

  test('of a report of the ticked case become a DICOM SR', async ({ page }) => {
    await waitForSample(page)
    await page.getByRole('button', { name: 'Studies' }).click()
    await page.getByRole('option', { name: /Phantom, 0001/ }).click()
    await page.keyboard.press('Space')
    await page.keyboard.press('Control+4')
    await page.getByRole('button', { name: 'Assess open cases…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'the chosen case' }).check()
    await dialog.getByRole('button', { name: /^Compute \d+ maps? and assess/ }).click()
    await expect(page.getByRole('button', { name: 'Save report' })).toBeVisible({ timeout: 240_000 })
    await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0, { timeout: 240_000 })

    await page.keyboard.press('Control+2')
    await page.keyboard.press('Control+e')
    await sheet(page).getByRole('tab', { name: 'Report' }).click()
    await tickAll(page)
    await picture(page, 'export-measurements')
    await sheet(page).getByRole('button', { name: 'Write 1 report' }).click()
    await expect(sheet(page).getByText(/written into measurements\.$/)).toBeVisible({ timeout: 60_000 })
    expect(filesBelow(out.measurements).filter((name) => name.endsWith('.sr.dcm'))).toHaveLength(1)
    expectValidDicom(out.measurements)
  })
})

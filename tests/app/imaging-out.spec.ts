import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { accessibilityFindings } from './support/accessibility'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** Imaging out: everything the export sheet offers is written, lies in the chosen folder, and opens again in the window. */
const folder = mkdtempSync(join(tmpdir(), 'imaging-out-'))
const out = { maps: join(folder, 'maps'), masks: join(folder, 'masks'), cases: join(folder, 'cases') }
for (const path of Object.values(out)) mkdirSync(path)
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sheet = (page: Page) => page.getByRole('dialog', { name: 'Export' })

/** Names of the files below a folder. */
const filesBelow = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

/** Ticks every format of the sheet that can be written and returns how many there are. */
async function tickAll(page: Page): Promise<number> {
  const boxes = sheet(page).getByRole('region', { name: 'Written as' }).getByRole('checkbox')
  await expect(boxes.first()).toBeVisible()
  for (const box of await boxes.all()) if (await box.isEnabled()) await box.check()

  return boxes.count()
}

test.describe('the sheet', () => {
  test.use({ dialogs: { answers: [out.maps, out.masks, out.cases] } })

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
    for (const ending of ['.npy', '.nii.gz', '.png']) expect(maps.some((name) => name.endsWith(ending))).toBe(true)
    expect(maps).toContain('recipe.json')

    await sheet(page).getByRole('tab', { name: 'Outlines' }).click()
    await tickAll(page)
    await picture(page, 'export-masks')
    await sheet(page).getByRole('button', { name: 'Choose…' }).click()
    await sheet(page).getByRole('button', { name: 'Write 1 case' }).click()
    await expect(sheet(page).getByText(/written into masks\.$/)).toBeVisible({ timeout: 60_000 })
    expect(filesBelow(out.masks).some((name) => name.endsWith('.npy'))).toBe(true)

    await sheet(page).getByRole('tab', { name: 'Cases, de-identified' }).click()
    await sheet(page).getByRole('button', { name: 'Choose…' }).click()
    await picture(page, 'export-cases')
    expect(await accessibilityFindings(page)).toEqual([])
    await sheet(page).getByRole('button', { name: 'Write 1 case' }).click()
    await expect(sheet(page).getByText(/^1 file written into cases\.$/)).toBeVisible({ timeout: 60_000 })
    const [written] = readdirSync(out.cases, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(readFileSync(join(written.parentPath, written.name)).includes('Phantom^0001')).toBe(false)
    expect(existsSync(join(out.cases, 'pseudonyms.salt'))).toBe(false)
    await page.keyboard.press('Escape')
    await expect(sheet(page)).toHaveCount(0)
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { accessibilityFindings } from '../support/accessibility'
import { writeDisc } from '../support/disc'
import { dragOver } from '../support/drop'
import { addMaps, waitForSample } from '../support/sample'
import { expect, forDocuments, picture, test } from '../support/test'
import { root } from '../support/launch'

/**
 * Walks through the screens once: each opens, logs no error, has no serious accessibility finding, and its picture is
 * kept. For the documents the report is computed too.
 */
test.setTimeout(forDocuments ? 900_000 : 240_000)

/** Keeps the picture of a screen, or of a dialog on it alone, and checks it for accessibility. */
async function visit(page: Page, name: string, dialog?: Locator): Promise<void> {
  await test.step(name, async () => {
    // The pointer rests on nothing, so that no hover shows.
    await page.mouse.move(1590, 5)
    await page.waitForTimeout(300)
    await picture(page, name, dialog)
    expect.soft(await accessibilityFindings(page), `accessibility of ${name}`).toEqual([])
  })
}

async function visitView(page: Page): Promise<void> {
  await addMaps(page, ['Gradient', 'Grad-CAM', 'Integrated gradients', 'Guided backpropagation'])
  await expect(page.getByRole('button', { name: /^Stop / })).toHaveCount(0, { timeout: 120_000 })
  await page.keyboard.press('1')
  await visit(page, 'view')

  await page.getByRole('button', { name: 'Side by side', exact: true }).click()
  await visit(page, 'side-by-side')
  await page.getByRole('button', { name: 'Grid', exact: true }).click()
  await visit(page, 'grid')
  await page.getByRole('button', { name: 'Single', exact: true }).click()
}

async function visitSheets(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add map' }).click()
  await expect(page.getByRole('dialog', { name: 'Add a map' })).toBeVisible()
  await visit(page, 'add-map', page.getByRole('dialog'))
  await page.keyboard.press('Escape')

  await page.keyboard.press('Control+K')
  await page.keyboard.type('Model card')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await visit(page, 'model-card', page.getByRole('dialog'))
  await page.keyboard.press('Escape')

  await page.keyboard.press('Control+K')
  await visit(page, 'commands', page.getByRole('dialog'))
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await visit(page, 'keys', page.getByRole('dialog'))
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+e')
  await expect(page.getByRole('dialog').getByRole('checkbox').first()).toBeVisible()
  await visit(page, 'export', page.getByRole('dialog'))
  await page.keyboard.press('Escape')
}

async function visitOthers(page: Page): Promise<void> {
  for (const [keys, name] of [
    ['Control+1', 'studies'],
    ['Control+6', 'jobs'],
    ['Control+7', 'settings'],
    ['Control+4', 'report-start']
  ] as const) {
    await page.keyboard.press(keys)
    await visit(page, name)
  }
}

/** The demonstration's report, as the first start leads to it. */
async function visitReport(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run the sample', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0, { timeout: 600_000 })
  await visit(page, 'report')
}

test('every screen opens calmly', async ({ page }) => {
  await waitForSample(page)
  await visitView(page)
  await visitSheets(page)
  await visitOthers(page)
  if (forDocuments) await visitReport(page)

  await page.keyboard.press('Control+2')
  await page.keyboard.press('Control+Shift+L')
  await visit(page, 'view-light')
})

test('the brain phantoms open as volumes, with a map on every slice', async ({ page }) => {
  await waitForSample(page)
  await page.keyboard.press('Control+1')
  await page.getByRole('button', { name: /^Brain phantoms/ }).click()
  await expect(page.getByText('sub-B020').filter({ visible: true }).first()).toBeVisible({ timeout: 60_000 })
  await page.keyboard.press('Control+2')
  await addMaps(page, ['Gradient', 'Grad-CAM'])
  await expect(page.getByText(/^computed in/)).toHaveCount(2, { timeout: 120_000 })
  await expect(page.getByTestId('energy-strip')).toBeVisible()
  // A third of the way down the strip lie the slices of the mask.
  const strip = await page.getByTestId('energy-strip').boundingBox()
  if (strip !== null) await page.mouse.click(strip.x + 14, strip.y + strip.height * 0.32)
  await visit(page, 'view-brain')
})

test('a disc opens into its series, and a dataset is shown before it is imported', async ({ page }) => {
  const disc = mkdtempSync(join(tmpdir(), 'screens-disc-'))
  writeDisc(disc, 40)
  await waitForSample(page)
  await (await dragOver(page, [disc])).drop()
  await expect(page.getByRole('button', { name: 'Show them' })).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Show them' }).click()
  await visit(page, 'refused', page.getByRole('dialog'))
  await page.keyboard.press('Escape')

  await (await dragOver(page, [join(root, 'resources', 'sample', 'brain', 'bids')])).drop()
  await expect(page.getByRole('tab', { name: /^Matched/ })).toBeVisible({ timeout: 60_000 })
  await visit(page, 'import-preview', page.getByRole('dialog'))
  rmSync(disc, { recursive: true })
})

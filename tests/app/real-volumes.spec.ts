import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { root } from './support/launch'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** A real head in three cuts: its slices were taken oblique to the patient's axes. */
const data = join(process.env['SALISCOPE_SHARED'] ?? join(root, '..', 'shared'), 'data')
const flair = join(data, 'niivue+niivue', 'packages', 'niivue', 'demos', 'images', 'FLAIR.nii.gz')

test.skip(process.env['SALISCOPE_NIGHTLY'] === undefined, 'nightly')

async function openInCuts(page: Page): Promise<void> {
  await waitForSample(page)
  await page.keyboard.press('Control+o')
  await expect(page.getByText(/^slice \d+ of \d+/)).toBeVisible({ timeout: 60_000 })
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('v')
  await page.keyboard.press('2')
  await expect(page.getByTestId('plane-axial')).toBeVisible()
}

const letter = (page: Page, plane: string, text: string) =>
  page.getByTestId(`plane-${plane}`).getByText(text, { exact: true })

test.describe('an oblique head', () => {
  test.skip(!existsSync(flair), 'needs the shared data')
  test.use({ dialogs: { answers: [[flair]] } })

  test('is cut along its own axes, with two letters, until it is straightened', async ({ page }) => {
    await openInCuts(page)
    const axial = page.getByTestId('plane-axial')
    await expect(axial).toContainText('oblique')
    await picture(page, 'mpr-oblique')
    await page.keyboard.press('Shift+V')
    await expect(axial).toContainText('straightened')
    await expect(axial).not.toContainText('oblique')
    await expect(letter(page, 'axial', 'A')).toBeVisible()
    await expect(letter(page, 'axial', 'R')).toBeVisible()
    await picture(page, 'mpr-straight')
  })
})

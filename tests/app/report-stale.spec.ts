import type { Page } from '@playwright/test'
import { accessibilityFindings } from './support/accessibility'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

const list = (page: Page) => page.getByRole('listbox', { name: 'Cases' })
const stale = (page: Page) => page.getByTestId('report-stale')

/** Assesses the first cases of the sample with one model and one map. */
async function assess(page: Page, cases: number): Promise<void> {
  await page.keyboard.press('Control+1')
  await list(page).focus()
  await page.keyboard.press('Home')
  for (let row = 0; row < cases; row++) {
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
  }
  // The first of them is what Read opens.
  await page.keyboard.press('Home')
  await page.keyboard.press('Control+4')
  await page.getByRole('button', { name: 'Assess open cases…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Assess cases, models and maps' })
  for (const box of await dialog.getByRole('group', { name: 'Maps' }).getByRole('checkbox').all()) {
    if (await box.isChecked()) await box.uncheck()
  }
  await dialog.getByRole('checkbox', { name: 'Grad-CAM', exact: true }).check()
  await dialog.getByRole('button', { name: `Compute ${cases} maps and assess them` }).click()
  await finished(page)
}

async function finished(page: Page): Promise<void> {
  await expect(page.locator('#report-recipe')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0, { timeout: 60_000 })
  await expect(page.getByText('preliminary', { exact: true })).toHaveCount(0)
}

/** An outline of 20 × 10 pixels on the case in Read, by keys, and the case is done. */
async function outline(page: Page): Promise<void> {
  await page.keyboard.press('Control+3')
  await expect(page.getByTestId('read-viewport')).toHaveAttribute('data-drawing', /.+/)
  await expect(page.getByTestId('read-viewport')).toHaveAttribute('data-placement', /scaleX/)
  await page.keyboard.press('p')
  await page.keyboard.press('Shift+Q')
  await page.keyboard.press('Enter')
  for (let step = 0; step < 2; step++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('segment')).toHaveCount(1)
  await page.keyboard.press('Shift+Q')
  await page.keyboard.press('Shift+4')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/^case 2 of \d+$/)).toBeVisible()
}

/** Hides identity, or shows it again, by the key of View; the report is on the screen again. */
async function hideIdentity(page: Page): Promise<void> {
  await page.keyboard.press('Control+2')
  await page.keyboard.press('Control+Shift+H')
  await page.keyboard.press('Control+4')
  await expect(stale(page)).toBeVisible()
}

test('a report says that an outline was changed since, and computes again what depends on it and nothing else', async ({
  page
}) => {
  await waitForSample(page)
  await assess(page, 2)
  await expect(stale(page)).toHaveCount(0)
  // A number leads to its images, an image to View, and Esc back to the same number, step by step.
  const number = page.locator('#report-matrix [data-row]').first()
  await number.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Images behind: Points to the finding, Grad-CAM/)).toBeVisible()
  await picture(page, 'report-images-behind')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('viewport').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByText(/^Images behind: Points to the finding, Grad-CAM/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(number).toBeFocused()

  await outline(page)
  await page.keyboard.press('Control+4')
  await expect(stale(page)).toContainText('Reader 1 drew 1 outline.')
  await expect(stale(page)).toContainText(
    '4 of 10 questions depend on outlines: Points to the finding, Agrees with readers'
  )
  // Undo goes back to a kept case in Read alone: elsewhere nothing says that it does.
  await expect(page.getByText(/kept\. Ctrl\+Z/)).toHaveCount(0)
  await picture(page, 'report-stale')
  // Whose outline it is stands there as it does everywhere: while identity is hidden, a number.
  const outlined = stale(page).getByRole('listitem')
  await stale(page).getByText('Which (1 outline)').click()
  await expect(outlined).toHaveText(/^(?!Case 1 ).+ · Reader 1: new$/)
  await hideIdentity(page)
  await stale(page).getByText('Which (1 outline)').click()
  await expect(outlined).toHaveText('Case 1 · Reader 1: new')
  await hideIdentity(page)
  expect(await accessibilityFindings(page)).toEqual([])
  await page.keyboard.press('F5')
  await expect(page.getByTestId('report-again')).toContainText(
    /^Computed again: Points to the finding, Agrees with readers, .* 6 answers kept from the report before\./,
    { timeout: 60_000 }
  )
  await finished(page)
  await expect(page.locator('#report-answer')).toContainText('Only 1 patient outlined by two readers')
  await expect(stale(page)).toHaveCount(0)
  await picture(page, 'report-again')

  // The report before is kept, and still says that it is older than the outlines.
  await page.getByRole('button', { name: 'Show the report before' }).click()
  await expect(stale(page)).toContainText('Reader 1 drew 1 outline.')
})

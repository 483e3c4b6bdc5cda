import { accessibilityFindings } from './support/accessibility'
import { colouredPixels, drawEllipse, makeStudy, readOne, tickCases } from './support/reading'
import { addMaps, waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** Draw first, then reveal: no coloured pixel before, the map with its bar and prediction after, what changed in the list. */
test('the map of the study comes after the case is done, and goes with it', async ({ page }) => {
  await waitForSample(page)
  await addMaps(page, ['Grad-CAM'])
  await expect(page.getByTestId('colour-bar')).toBeVisible()
  await tickCases(page, 2)
  await makeStudy(page, 0, async (dialog) => {
    await dialog.getByRole('checkbox', { name: /^Show the map that leads/ }).check()
    await dialog.getByLabel('Clock pauses after (s)').fill('5')
  })
  await page.getByTestId('reader-progress').getByRole('button', { name: 'Read', exact: true }).first().click()
  await expect(page.getByRole('heading', { name: 'Blinded reading' })).toBeVisible()
  await expect(page.getByTestId('read-viewport')).toHaveAttribute('data-drawing', /.+/)

  // Nobody does anything: the clock stands still after the five seconds of the study.
  const clock = page.getByTestId('task-clock')
  await expect(clock).toHaveText('00:05')
  await page.waitForTimeout(2500)
  await expect(clock).toHaveText('00:05')

  // Before: grey, and no word of map or model on the page.
  const words = (): Promise<string> => page.evaluate(() => document.documentElement.outerHTML + document.title)
  await page.mouse.move(4, 400)
  await expect.poll(() => colouredPixels(page)).toBe(0)
  expect(await words()).not.toMatch(/Grad-CAM|Inception|Probability|data-testid="(overlay|colour-bar)"/)
  await readOne(page, false)
  const ask = page.getByRole('alertdialog', { name: 'Show map' })
  await expect(ask).toBeVisible()
  expect(await words()).not.toMatch(/Grad-CAM|Inception/)
  await expect.poll(() => colouredPixels(page)).toBe(0)
  await ask.getByRole('button', { name: 'Show map' }).click()

  // After: the map, its scale, what it explains, the prediction of its model.
  await expect(page.getByRole('heading', { name: 'Map shown', exact: true })).toBeVisible()
  const viewport = page.getByTestId('read-viewport')
  await expect(viewport.getByTestId('colour-bar')).toBeVisible({ timeout: 30_000 })
  await expect(viewport).toContainText('Grad-CAM for lesion')
  const panel = page.getByTestId('revealed-map')
  await expect(panel.getByText(/Probability; the tick marks/)).toBeVisible()
  await page.mouse.move(4, 400)
  await expect.poll(() => colouredPixels(page)).toBeGreaterThan(1000)
  await picture(page, 'reading-map-shown')
  expect(await accessibilityFindings(page)).toEqual([])

  // Space takes the map away and brings it back; the keys of the opacity act on it.
  const opacity = panel.getByRole('slider', { name: 'Opacity' })
  await viewport.focus()
  await page.keyboard.press('Space')
  await expect.poll(() => colouredPixels(page)).toBe(0)
  await expect(panel.getByRole('checkbox', { name: 'Show the map' })).not.toBeChecked()
  await page.keyboard.press('Space')
  await expect.poll(() => colouredPixels(page)).toBeGreaterThan(1000)
  await expect(opacity).toHaveAttribute('aria-valuenow', '0.5')
  await page.keyboard.press(',')
  await expect(opacity).toHaveAttribute('aria-valuenow', '0.45')

  // The outline is changed with the map in view: both versions are kept, and the difference is listed.
  await page.keyboard.press('0')
  await drawEllipse(page)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByTestId('reading-progress')).toHaveText('1 of 2 done')
  await expect(page.getByRole('heading', { name: 'Blinded reading' })).toBeVisible()
  await expect(page.getByTestId('read-viewport')).toHaveAttribute('data-drawing', /.+/)
  await page.mouse.move(4, 400)
  await expect.poll(() => colouredPixels(page)).toBe(0)
  expect(await words()).not.toMatch(/Grad-CAM|Inception|Probability|data-testid="(overlay|colour-bar)"/)
  await page.keyboard.press('Shift+N')
  await expect(page.getByTestId('map-change')).toHaveText(
    /^\+\d+\.\d cm², Dice before and after 0\.00, \d+ s with the map$/
  )
  await expect(viewport.getByTestId('colour-bar')).toBeVisible({ timeout: 30_000 })

  await page.getByRole('button', { name: 'Leave the reading' }).click()
  await expect(page.getByText('1 of 1 outlines changed after the map')).toBeVisible()
})

import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

test('a second window shows the same case and follows it; closing it closes nothing else', async ({
  running,
  page
}) => {
  await waitForSample(page)
  const [second] = await Promise.all([running.app.waitForEvent('window'), page.keyboard.press('Control+Shift+W')])
  const title = await page.locator('h1').first().innerText()
  await expect(second.locator('h1').first()).toHaveText(title, { timeout: 30_000 })
  await expect(second.getByTestId('grey-stage').locator('canvas').first()).toBeVisible()
  await page.bringToFront()
  await page.keyboard.press('n')
  await expect(page.locator('h1').first()).not.toHaveText(title)
  await expect(second.locator('h1').first()).toHaveText(await page.locator('h1').first().innerText())
  expect(await second.evaluate(() => Object.keys(window).includes('require'))).toBe(false)
  await second.close()
  await expect(page.getByTestId('viewport')).toBeVisible()
})

test('a narrow window keeps the image and its prediction; the panel is a sheet', async ({ running, page }) => {
  await waitForSample(page)
  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(980, 620))
  await expect(page.getByRole('complementary')).toHaveCount(0)
  await expect(
    page
      .getByTestId('viewport')
      .getByText(/^lesion 0\.\d+|lesion 0\.\d+/)
      .first()
  ).toBeVisible({ timeout: 30_000 })
  await picture(page, 'narrow')
  await page.keyboard.press('Control+\\')
  await expect(page.getByRole('complementary')).toBeVisible()
  await picture(page, 'narrow-sheet')
  await page.keyboard.press('Control+\\')
  await expect(page.getByRole('complementary')).toHaveCount(0)
})

test('the mouse does what its table says, and the preset is kept', async ({ page }) => {
  await waitForSample(page)
  await page.keyboard.press('Control+7')
  await page
    .getByLabel('Preset: Saliscope')
    .or(page.getByLabel('Preset', { exact: true }))
    .first()
    .click()
  await page.getByRole('option', { name: 'RadiAnt-like' }).click()
  await picture(page, 'mouse-settings')
  await page.keyboard.press('Control+2')
  const button = page.getByRole('button', { name: /^Window: / })
  const before = await button.innerText()
  const box = (await page.getByTestId('cell-0').boundingBox())!
  const drag = async (mouseButton: 'left' | 'right'): Promise<void> => {
    await page.mouse.move(box.x + 300, box.y + 300)
    await page.mouse.down({ button: mouseButton })
    await page.mouse.move(box.x + 360, box.y + 380, { steps: 4 })
    await page.mouse.up({ button: mouseButton })
  }
  // Left scrolls there, and a single image has nothing to scroll.
  await drag('left')
  await expect(button).toHaveText(before)
  await drag('right')
  await expect(button).not.toHaveText(before)
})

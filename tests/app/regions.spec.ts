import { expect, picture, test } from './support/test'

test('regions are laid on the image, coloured with values, and follow a dragged landmark', async ({ page }) => {
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  const panel = page.getByTestId('regions')
  await panel.getByRole('combobox', { name: /^Set/u }).click()
  await page.getByRole('option', { name: 'grid 3 × 3' }).click()
  await expect(panel).toHaveAttribute('data-state', 'here', { timeout: 30_000 })
  const rows = panel.getByTestId('regions-table').locator('tbody tr')
  await expect(rows).toHaveCount(9)
  const values = (): Promise<string[]> => rows.locator('td:last-child').allTextContents()
  await expect.poll(async () => (await values()).every((text) => /^\d\.\d{3}$/u.test(text))).toBe(true)
  const drawn = await values()
  await picture(page, 'regions-as-drawn')

  await panel.getByRole('combobox', { name: /^Laid/u }).click()
  await page.getByRole('option', { name: 'by landmarks, bent' }).click()
  const landmark = page.locator('[data-testid=landmark][data-name=middle]')
  await expect(page.getByTestId('landmark')).toHaveCount(5)
  // The landmarks lie where the set puts them: nothing has moved yet.
  expect(await values()).toEqual(drawn)
  const box = (await landmark.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 40, { steps: 5 })
  await page.mouse.up()
  await expect.poll(async () => (await values()).join()).not.toBe(drawn.join())
  await picture(page, 'regions-by-landmarks')

  await panel.getByRole('button', { name: 'Put back' }).click()
  await expect.poll(async () => (await values()).join()).toBe(drawn.join())
  // The keyboard moves it too.
  await landmark.focus()
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(async () => (await values()).join()).not.toBe(drawn.join())
})

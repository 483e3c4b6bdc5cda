import { addMaps } from './support/sample'
import { expect, picture, test } from './support/test'

test('a volume is cut in three planes at typed coordinates and laid out in rows', async ({ page }) => {
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  await page.getByTestId('viewport').focus()
  // One picture has no planes to cut, and the layout says so instead of showing an empty one.
  await page.keyboard.press('v')
  await page.keyboard.press('5')
  await expect(page.getByText('Cuts and mosaic are for volumes; this is one picture.')).toBeVisible()

  await page.keyboard.press('Control+1')
  await page.getByRole('button', { name: /^Brain phantoms/ }).click()
  await expect(page.getByRole('option').first()).toBeVisible({ timeout: 30_000 })
  await page.getByRole('option').first().dblclick()
  await expect(page.getByTestId('energy-strip')).toBeVisible({ timeout: 60_000 })
  await addMaps(page, ['Grad-CAM'])
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('v')
  await page.keyboard.press('5')
  const figure = page.getByTestId('figure')
  await expect(figure).toHaveAttribute('data-panels', '3')
  const x = page.getByLabel('x, mm')
  await expect(x).not.toHaveValue('')
  const before = (await figure.getAttribute('data-voxel'))!
  const lps = Number(await x.inputValue())
  await page
    .getByTestId('cut-tools')
    .getByLabel(/^Coordinates/)
    .click()
  await page.getByRole('option', { name: /RAS/ }).click()
  // The same voxel in the other convention: x changes its sign.
  await expect(x).toHaveValue((-lps).toFixed(1).replace('-0.0', '0.0'))
  expect(await figure.getAttribute('data-voxel')).toBe(before)
  await x.fill(String(-lps + 12))
  await x.press('Enter')
  await expect(figure).not.toHaveAttribute('data-voxel', before)
  await picture(page, 'cuts')
  await page.getByRole('button', { name: 'Hottest point' }).click()
  await expect(figure).toHaveAttribute('data-voxel', before)

  await page.getByTestId('viewport').focus()
  await page.keyboard.press('v')
  await page.keyboard.press('6')
  await expect(figure).toHaveAttribute('data-panels', '24')
  await picture(page, 'mosaic')
})

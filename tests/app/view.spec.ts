import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { addMaps, waitForSample } from './support/sample'
import { readPixels } from './support/pixels'
import { writeTinyNifti } from './support/tiny-nifti'
import { expect, picture, test } from './support/test'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-view-'))
const series = join(folder, 'series.nii')
const SLICES = 24

/** Every slice has a grey of its own, so that the picture tells which one is shown. */
writeTinyNifti(series, {
  columns: 64,
  rows: 64,
  slices: SLICES,
  spacing: [1.5, 1.5, 4],
  voxels: Int16Array.from({ length: 64 * 64 * SLICES }, (_, i) => 100 * Math.floor(i / 4096) + (i % 64))
})

/** A map that is there; the Grad-CAM of an image without the finding is zero everywhere. */
const finished = /^(computed in|the same everywhere)/

const corner = (page: Page) => page.getByText(/^slice \d+ of \d+/)

/** Mean grey in the middle of the cell. */
async function meanGrey(page: Page): Promise<number> {
  const pixels = (await readPixels(page, 17)).filter(({ grey }) => grey[0] > 0)

  return pixels.reduce((sum, { grey }) => sum + grey[0], 0) / Math.max(1, pixels.length)
}

test.describe('a series', () => {
  test.use({ dialogs: { answers: [[series]] } })

  test('turns by wheel and keys, knows its directions, and shows other values in other slices', async ({ page }) => {
    await waitForSample(page)
    await page.keyboard.press('Control+o')
    await expect(page.getByRole('heading', { name: /series/ })).toBeVisible()
    await expect(corner(page)).toHaveText(`slice 13 of ${SLICES} · 4.0 mm apart`)
    await page.getByTestId('viewport').focus()
    for (const letter of ['R', 'L', 'A', 'P'])
      await expect(page.getByTestId('viewport').getByText(letter, { exact: true })).toBeVisible()

    await page.keyboard.press('Home')
    await expect(corner(page)).toHaveText(/^slice 1 /)
    await expect.poll(() => meanGrey(page)).toBeLessThan(20)
    await page.keyboard.press('PageDown')
    await expect(corner(page)).toHaveText(/^slice 11 /)
    await page.keyboard.press('End')
    await expect(corner(page)).toHaveText(/^slice 24 /)
    await expect.poll(() => meanGrey(page)).toBeGreaterThan(200)

    const box = (await page.getByTestId('cell-0').boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.wheel(0, -120)
    await page.mouse.wheel(0, -120)
    await expect(corner(page)).toHaveText(/^slice 22 /)
    await expect(page.getByTestId('probe')).toContainText('mm')

    const strip = (await page.getByTestId('energy-strip').boundingBox())!
    await page.mouse.click(strip.x + strip.width / 2, strip.y + 2)
    await expect(corner(page)).toHaveText(/^slice 1 /)
  })
})

test('level and width follow the mouse and typed values, and the picture follows them', async ({ page }) => {
  await waitForSample(page)
  await expect(page.getByTestId('scale-bar')).toContainText('at the detector')
  const button = page.getByRole('button', { name: /^Window: / })
  const before = await button.innerText()
  const brightness = await meanGrey(page)
  const box = (await page.getByTestId('cell-0').boundingBox())!

  await page.mouse.move(box.x + 400, box.y + 400)
  await page.mouse.down()
  await page.mouse.move(box.x + 400, box.y + 600, { steps: 5 })
  await page.mouse.up()
  await expect(button).not.toHaveText(before)
  await expect.poll(() => meanGrey(page)).toBeGreaterThan(brightness + 10)

  await page.keyboard.press('w')
  await page.keyboard.press('Enter')
  await page.getByLabel('Lower').fill('1000')
  await page.getByLabel('Lower').press('Enter')
  await page.getByLabel('Upper').fill('1500')
  await page.getByLabel('Upper').press('Enter')
  await page.keyboard.press('Escape')
  await expect(button).toHaveText(/^W 500\s+L 1250$/)

  const upright = await meanGrey(page)
  await page.keyboard.press('i')
  await expect.poll(async () => Math.abs((await meanGrey(page)) - upright)).toBeGreaterThan(5)
  await expect(button).toHaveText(/· inverted$/)
  await page.keyboard.press('i')
  await expect(button).not.toHaveText(/inverted/)
  await page.keyboard.press('w')
  await page.keyboard.press('1')
  await expect(button).toHaveText(before)
})

test('maps of two models stand side by side, row by row, each with its prediction', async ({ page }) => {
  await waitForSample(page)
  await page.getByRole('button', { name: 'Add map' }).click()
  await page.getByRole('dialog').getByRole('checkbox', { name: 'Token classifier' }).check()
  await page.keyboard.press('Escape')
  await page.keyboard.press('a')
  await expect(page.getByRole('dialog').getByRole('checkbox', { name: 'Token classifier' })).not.toBeChecked()
  await page.getByRole('dialog').getByRole('checkbox', { name: 'Token classifier' }).check()
  await page
    .getByRole('dialog')
    .getByRole('checkbox', { name: /^Gradient / })
    .check()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Compute 4 maps/ })
    .click()
  await expect(page.getByText(/^computed in/)).toHaveCount(4, { timeout: 60_000 })

  await page.getByTestId('viewport').focus()
  await page.keyboard.press('v')
  await page.keyboard.press('4')
  for (const [cell, name] of [
    [0, 'Grad-CAM, lesion'],
    [3, 'Gradient, lesion']
  ] as const) {
    await expect(page.getByTestId(`cell-${cell}`)).toHaveAttribute('aria-label', name)
  }
  await expect(page.getByTestId('cell-0')).toContainText('Honest classifier, training run 1')
  await expect(page.getByTestId('cell-3')).toContainText('Token classifier')
  await expect(page.getByTestId('cell-3')).toContainText(/lesion 0\.\d+/)

  // One scale for all of a method, said on one bar, until S gives each map its own.
  const bar = page.getByTestId('grid-bar')
  await expect(bar).toContainText('Shared within each method')
  await page.keyboard.press('s')
  await expect(bar).toHaveCount(0)
  await page.keyboard.press('s')
  await expect(bar).toHaveCount(1)
  await page.getByTestId('cell-2').click()
  await expect(page.getByLabel(/^Model: Token/)).toBeVisible()
  await picture(page, 'view-two-models')
})

test('a slider used with the mouse gives the keys back to the image', async ({ page }) => {
  await waitForSample(page)
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  const slider = page.getByRole('slider', { name: 'Opacity' })
  const box = (await slider.boundingBox())!
  await page.mouse.move(box.x + 7, box.y + 7)
  await page.mouse.down()
  await page.mouse.move(box.x + 40, box.y + 7, { steps: 4 })
  await page.mouse.up()
  await expect(slider).not.toHaveAttribute('aria-valuetext', '50 %')
  await expect(page.getByTestId('viewport')).toBeFocused()

  await page.keyboard.press('n')
  await expect(page.getByText(/^2 of \d+$/)).toBeVisible()
  await page.keyboard.press('a')
  await page.keyboard.press('Enter')
  await expect(page.getByText(finished)).toHaveCount(1, { timeout: 60_000 })
  await expect(page.getByTestId('viewport')).toBeFocused()
  await page.keyboard.press('Shift+N')
  await expect(page.getByTestId('colour-bar')).toBeVisible()
})

test('several cases are computed in one go', async ({ page }) => {
  await waitForSample(page)
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  await page.keyboard.press('a')
  await page.getByLabel('Cases: This case').click()
  await page.getByRole('option', { name: /^All \d+ open cases/ }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Compute 100 maps/ })
    .click()
  await page.keyboard.press('n')
  await expect(page.getByText(finished)).toHaveCount(1, { timeout: 90_000 })
  await page.keyboard.press('Control+.')
  await addMaps(page, ['Random map'])
  await expect(page.getByText(/^reference, not an explanation/)).toBeVisible({ timeout: 60_000 })
})

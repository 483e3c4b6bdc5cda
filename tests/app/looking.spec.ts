import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { dataSetBytes, explicitLittleEndian, part10, sliceElements } from '../engine/formats/make-dicom'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-looking-'))
const SLICES = 8

/** An MR of 40 × 25 tall pixels whose values run from 0 to 999 in every slice. */
test.beforeAll(() => {
  for (let slice = 0; slice < SLICES; slice++) {
    const values = Array.from({ length: 1000 }, (_, at) => at)
    const elements = sliceElements({
      ...{ columns: 40, rows: 25, values, position: [0, 0, 3 * slice], spacing: [1.5, 0.5], instance: slice + 1 },
      more: [
        ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.4'],
        ['00080060', 'CS', 'MR']
      ]
    })
    writeFileSync(join(folder, `${slice}.dcm`), part10(explicitLittleEndian, dataSetBytes(elements)))
  }
})
test.afterAll(() => rmSync(folder, { recursive: true }))
test.use({ dialogs: { answers: [[folder]] } })

async function openSeries(page: Page): Promise<void> {
  await waitForSample(page)
  await page.keyboard.press('Control+o')
  await expect(page.getByText(/^slice \d+ of 8/)).toBeVisible({ timeout: 60_000 })
  await page.getByTestId('viewport').focus()
}

test('an MR has windows of its own, those of Settings follow them, and the cine runs until it is stopped', async ({
  page
}) => {
  await openSeries(page)
  const window = page.getByRole('button', { name: /^Window: / })
  // Both ways that pixels are apart, and shares of the image's own values.
  await expect(page.getByTestId('viewport')).toContainText('0.5 × 1.5 mm per pixel')
  await page.keyboard.press('w')
  await page.keyboard.press('3')
  await expect(window).toHaveText(/^W (799|800|799\.\d)\s+L (499|500|499\.\d)$/)

  await page.keyboard.press('Control+7')
  const settings = page.getByRole('region', { name: 'Windows' })
  await settings.getByLabel('Name of a new window').fill('Marrow')
  await settings.getByRole('button', { name: 'Add' }).click()
  await settings.getByLabel('Lower of Marrow').fill('100')
  await settings.getByLabel('Lower of Marrow').press('Enter')
  await settings.getByLabel('Upper of Marrow').fill('300')
  await settings.getByLabel('Upper of Marrow').press('Enter')
  await expect(settings.getByLabel('Level of Marrow')).toHaveValue('200')
  await picture(page, 'window-settings')
  // A slider has a track to drag its handle on.
  const track = (await page
    .locator('.slider-root', { has: page.getByRole('slider', { name: 'Text size' }) })
    .boundingBox())!
  expect(track.width).toBeGreaterThan(200)
  await page.keyboard.press('Control+2')
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('w')
  await page.keyboard.press('6')
  await expect(window).toHaveText(/^W 200\s+L 200$/)

  const slice = page.getByText(/^slice \d+ of 8/)
  await page.keyboard.press('c')
  await expect(page.getByTestId('cine')).toBeVisible()
  const seen = new Set<string>()
  await expect
    .poll(async () => seen.add(await slice.innerText()).size, { intervals: [50], timeout: 20_000 })
    .toBeGreaterThan(3)
  await picture(page, 'mr-cine')
  await page.keyboard.press('c')
  await expect(page.getByTestId('cine')).toHaveCount(0)
  // It stands still: the next key moves it by one slice from where it stopped.
  await page.keyboard.press('Home')
  await expect(slice).toHaveText(/^slice 1 of 8/)
  await page.keyboard.press('ArrowDown')
  await expect(slice).toHaveText(/^slice 2 of 8/)
})

test('no picture stands under the name of another case, not even for a moment', async ({ page }) => {
  await waitForSample(page)
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seen })
    const look = (): void => {
      const names = ['h1', '[data-testid=viewport] .hud.top-left b'].map(
        (selector) => document.querySelector(selector)?.textContent?.trim() ?? ''
      )
      if (names.every((name) => name !== '')) seen.push(names.join(' | '))
      requestAnimationFrame(look)
    }
    look()
  })
  await page.keyboard.press('Control+o')
  await expect(page.getByText(/^slice \d+ of 8/)).toBeVisible({ timeout: 60_000 })
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen)
  const pairs = [...new Set(seen)].map((pair) => pair.split(' | '))
  expect(pairs.length).toBeGreaterThanOrEqual(2)
  expect(pairs.filter(([name, over]) => name !== over)).toEqual([])
})

test('the whole screen is one key away, and so is the way back', async ({ running, page }) => {
  await waitForSample(page)
  const whole = (): Promise<boolean> =>
    running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].isFullScreen())
  expect(await whole()).toBe(false)
  await page.keyboard.press('F11')
  await expect.poll(whole).toBe(true)
  await page.keyboard.press('F11')
  await expect.poll(whole).toBe(false)
})

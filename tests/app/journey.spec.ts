import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { bringOwnFiles } from './support/own-files'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/**
 * The whole way, as someone goes it who has never seen the program: open an own image and an own model, accept the
 * proposed card, compute maps and stop one, compare, have them assessed, save the report. By visible words only; once
 * with the mouse in at most 15 clicks, once with the keyboard alone.
 */
const own = bringOwnFiles()
test.afterAll(() => own.remove())
test.use({ dialogs: { answers: [[own.image], own.model, own.target] } })
test.setTimeout(1_200_000)

declare global {
  interface Window {
    userClicks?: number
  }
}

async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    window.userClicks = 0
    window.addEventListener('pointerdown', (event) => (window.userClicks! += event.isTrusted ? 1 : 0), true)
  })

  return () => page.evaluate(() => window.userClicks ?? 0)
}

/** The stopped map says so, and the others are there to be looked at. */
async function expectTwoMapsAndAStoppedOne(page: Page): Promise<void> {
  await expect(page.getByText(/^Stopp(ed at|ing)/).first()).toBeVisible()
  await expect(page.getByText(/^computed in /)).toHaveCount(2, { timeout: 120_000 })
}

/** The report holds what was computed here, and all of its files lie in the chosen folder. */
async function expectSavedReport(page: Page): Promise<void> {
  await expect(page.getByText(/^Saved: report.html/)).toBeVisible({ timeout: 60_000 })
  for (const name of ['report.html', 'report.json', 'results.csv'])
    expect(existsSync(join(own.target, name))).toBe(true)

  const report = JSON.parse(readFileSync(join(own.target, 'report.json'), 'utf8')) as { results: unknown[] }
  expect(report.results.length).toBeGreaterThan(0)
}

test('from an own image and model to a saved report, in at most 15 clicks', async ({ page }) => {
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })
  await waitForSample(page)
  const clicks = await countClicks(page)

  await button('Studies').click()
  await button('Open files…').click()
  await expect(page.getByText('101 cases').first()).toBeVisible()
  await button('Open model…').click()
  await expect(page.getByText(/^No card found\. This one is proposed/)).toBeVisible()
  await button('Accept card').click()

  await button(/^Add map/).click()
  const sheet = page.getByRole('dialog', { name: 'Add a map' })
  await sheet.getByRole('checkbox', { name: /^Gradient / }).check()
  await sheet.getByRole('checkbox', { name: /^Integrated gradients / }).check()
  await sheet.getByRole('checkbox', { name: /^SmoothGrad The mean/ }).check()
  await sheet.getByRole('button', { name: /^Compute 3 maps/ }).click()
  await button(/^Stop Integrated gradients/).click()
  await expectTwoMapsAndAStoppedOne(page)

  await button('Side by side').click()
  await picture(page, 'journey-compare')
  await button('Report').first().click()
  await button('Assess open cases…').click()
  await button(/^Compute \d+ maps and assess them/).click()
  await expect(button('Save report')).toBeVisible({ timeout: 800_000 })
  await expect(button('Stop')).toHaveCount(0, { timeout: 800_000 })
  await button('Save report').click()

  await expectSavedReport(page)
  expect(await clicks()).toBeLessThanOrEqual(15)
})

/** Presses Tab until the control with this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      const label = element instanceof HTMLInputElement ? element.labels?.[0] : element?.closest('label')

      return element?.getAttribute('aria-label') ?? label?.textContent ?? element?.textContent ?? ''
    })
    if (name.test(focused.trim())) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached ${String(name)}`)
}

test('the same way by keyboard alone', async ({ page }) => {
  const keys = (...chords: string[]) =>
    chords.reduce((before, chord) => before.then(() => page.keyboard.press(chord)), Promise.resolve())
  await waitForSample(page)
  const clicks = await countClicks(page)

  await keys('Control+o')
  await expect(page.getByText('101 of 101').first()).toBeVisible()
  await keys('Control+Shift+O')
  await expect(page.getByText(/^No card found\. This one is proposed/)).toBeVisible()
  await tabTo(page, /^Accept card/)
  await keys('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await keys('a')
  await tabTo(page, /^Gradient\b/)
  await keys('Space')
  await tabTo(page, /^Search methods/)
  // Alone in the list, its settings are the next thing after it.
  await page.keyboard.type('integrated-gradients')
  await tabTo(page, /^Integrated gradients\b/)
  await keys('Space')
  await tabTo(page, /^SmoothGrad\s+The mean/)
  await keys('Space')
  await tabTo(page, /^Compute 3 maps/)
  await keys('Enter')
  await expect(page.getByText(/^computed in /)).toHaveCount(2, { timeout: 120_000 })
  // The long one is on its way: stopped earlier, the key would mean the one that has just ended.
  await expect(page.getByText(/^\d+ %/).first()).toBeVisible()
  await keys('Control+.')
  await expectTwoMapsAndAStoppedOne(page)

  await keys('v', '3', 'Control+4')
  await tabTo(page, /^Assess open cases…/)
  await keys('Enter')
  await tabTo(page, /^Compute \d+ maps and assess them/)
  await keys('Enter')
  await expect(page.getByRole('button', { name: 'Save report' })).toBeVisible({ timeout: 800_000 })
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0, { timeout: 800_000 })
  await keys('Control+s')

  await expectSavedReport(page)
  expect(await clicks()).toBe(0)
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { accessibilityFindings } from './support/accessibility'
import { writeManyCases } from './support/many-cases'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-many-'))
const CASES = 1000

test.beforeAll(() => writeManyCases(folder, CASES))
test.afterAll(() => rmSync(folder, { recursive: true }))
test.use({ dialogs: { answers: [[folder]] } })

const list = (page: Page) => page.getByRole('listbox', { name: 'Cases' })
const rows = (page: Page) => list(page).getByRole('option')

/** Records every task of the page that keeps it from drawing for 50 ms or more. */
async function watchTasks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const holder = window as unknown as { longest: number }
    holder.longest = 0
    new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) holder.longest = Math.max(holder.longest, duration)
    }).observe({ type: 'longtask' })
  })

  return () => page.evaluate(() => (window as unknown as { longest: number }).longest)
}

/** No more lines than are seen, and a few beside them. */
async function expectFewRows(page: Page): Promise<void> {
  expect(await rows(page).count()).toBeLessThan(60)
}

test('a thousand cases open, scroll, filter, sort and are stepped through; only what is seen is on the page', async ({
  page
}) => {
  await waitForSample(page)
  await page.keyboard.press('Control+Alt+o')
  await expect(page.getByRole('button', { name: 'Opened by you 1000' })).toBeVisible({ timeout: 60_000 })
  const longest = await watchTasks(page)
  await page.getByRole('button', { name: 'Opened by you 1000' }).click()
  await expect(page.getByText(/^1,000 of 1,1\d\d cases/)).toBeVisible()
  await expectFewRows(page)

  // To the end and back by keys; the last row is drawn with its picture.
  await list(page).focus()
  await page.keyboard.press('End')
  await expect(list(page).locator('[aria-posinset="1000"]')).toBeVisible()
  await expectFewRows(page)
  await page.keyboard.press('Home')
  await expect(list(page).locator('[aria-posinset="1"]')).toBeVisible()

  // Sorted by name, numbers count: 2 before 10; the other way round the last is first.
  const top = list(page).locator('[aria-posinset="1"]')
  await page.getByRole('button', { name: 'Sort by Case' }).click()
  await expect(list(page).locator('[aria-posinset="2"]')).toContainText('Case 2, Made')
  await page.getByRole('button', { name: 'Sort by Case, ascending' }).click()
  await page.getByRole('button', { name: 'Sort by Case, descending' }).waitFor()
  await list(page).focus()
  await page.keyboard.press('Home')
  await expect(top).toContainText('Case 1000, Made')
  await expect(top.locator('canvas')).not.toHaveAttribute('width', '1')

  // The filter narrows at once, and N goes through what is listed, in the order it is listed.
  await page.keyboard.press('/')
  await page.keyboard.type('follow-up MR to do')
  await expect(page.getByText(/^33 of 1,1\d\d cases/)).toBeVisible()
  await list(page).focus()
  await page.keyboard.press('Home')
  await expect(top).toContainText('Case 990, Made')
  await expectFewRows(page)
  await picture(page, 'worklist')
  await page.keyboard.press('Enter')
  const head = page.locator('h1', { hasText: ', Made' })
  await expect(head).toHaveText('Case 990, Made')
  await expect(page.getByText('1 of 33', { exact: true })).toBeVisible()
  for (const next of ['960', '930', '900']) {
    await page.keyboard.press('n')
    await expect(head).toHaveText(`Case ${next}, Made`)
  }
  await page.keyboard.press('Shift+n')
  await expect(head).toHaveText('Case 930, Made')

  expect(await longest()).toBeLessThan(1000)
  await page.keyboard.press('Control+1')
  expect(await accessibilityFindings(page)).toEqual([])
})

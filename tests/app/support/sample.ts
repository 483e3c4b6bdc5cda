import { expect, type Page } from '@playwright/test'

/** Waits until the sample is open and its first image and prediction are on the screen. */
export async function waitForSample(page: Page): Promise<void> {
  await expect(page.getByText(/^1 of \d+$/).first()).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('Probability; the tick marks the decision')).toBeVisible({ timeout: 60_000 })
}

/**
 * Computes maps of the current case through the Add-a-map sheet; `titles` are the methods' names on it, next to what is
 * ticked already, and `wrappers` go with the last of them.
 */
export async function addMaps(page: Page, titles: readonly string[], wrappers: readonly string[] = []): Promise<void> {
  await page.getByRole('button', { name: 'Add map' }).click()
  const sheet = page.getByRole('dialog', { name: 'Add a map' })
  for (const title of [...titles, ...wrappers]) {
    // The name of a checkbox goes on with what the method shows.
    await sheet
      .getByRole('checkbox', { name: new RegExp(`^${title}( |$)`) })
      .first()
      .check()
  }
  await sheet.getByRole('button', { name: /^Compute/ }).click()
  await expect(sheet).toBeHidden()
}

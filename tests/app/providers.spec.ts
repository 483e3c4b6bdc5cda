import { expect, test } from './support/test'

test('Settings says what this machine can compute on, and how far that has been proved', async ({ page }) => {
  await page.keyboard.press('Control+Comma')
  const table = page.getByRole('table', { name: /What this machine can compute on/ })
  await expect(table).toBeVisible({ timeout: 60_000 })
  await expect(table.getByRole('row', { name: /^CPU/ })).toContainText('works')
  await expect(table.getByRole('row', { name: /^CPU/ })).toContainText(
    process.platform === 'linux' ? 'tested' : 'never run'
  )
  // Not on this system, or not installed: with its reason, never an empty cell.
  await expect(
    table.getByRole('row', { name: /^CUDA/ }).getByText(/SALISCOPE_CUDA_FOLDER|does not offer/)
  ).toBeVisible()
})

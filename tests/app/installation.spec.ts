import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InstallationReport } from '../../src-main/shared/installation'
import { accessibilityFindings } from './support/accessibility'
import { launch } from './support/launch'
import { expect, picture, test } from './support/test'

test('settings check this installation with known answers and save what was found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-check-'))
  const { page, close } = await launch({ dialogs: [folder] })
  try {
    await page.keyboard.press('Control+7')
    await page.getByRole('button', { name: 'Check now' }).click()
    await expect(page.getByText(/All \d+ checks pass on this machine/)).toBeVisible({ timeout: 90_000 })
    await expect(page.getByRole('row', { name: /passes gradient, weighted sum of the pixels, cpu/ })).toContainText(
      'passes'
    )
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByText(/All \d+ checks pass/).scrollIntoViewIfNeeded()
    await picture(page, 'installation')

    await page.getByRole('button', { name: 'Save results' }).click()
    await expect(page.getByText(/^Saved: installation-check\.json/)).toBeVisible()
    const path = join(folder, 'installation-check.json')
    await expect.poll(() => existsSync(path)).toBe(true)
    expect((JSON.parse(readFileSync(path, 'utf8')) as InstallationReport).passed).toBe(true)
  } finally {
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
})

import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { launch } from './support/launch'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** Ends the engine process of a running program the hard way. */
async function killEngine(app: ElectronApplication): Promise<void> {
  const pid = await app.evaluate(
    ({ app: program }) => program.getAppMetrics().find(({ name }) => name === 'Saliscope engine')?.pid ?? 0
  )
  process.kill(pid, 'SIGKILL')
}

/** Draws a bar across the middle of the image with the brush, on the Read screen. */
async function drawOnce(page: Page, down = 0): Promise<void> {
  if (down === 0) await page.keyboard.press('Control+3')
  const cell = page.locator('[data-saved]').first()
  await expect(cell).toBeVisible()
  const box = await cell.boundingBox()
  if (box === null) return
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2 + down]
  await page.keyboard.press('b')
  await page.mouse.move(x - 40, y)
  await page.mouse.down()
  await page.mouse.move(x + 40, y, { steps: 8 })
  await page.mouse.up()
}

const history = (page: Page) => page.getByText(/^Brush/)

test('strokes are there after the engine was killed in the middle, and after a restart with what was open', async () => {
  const userFolder = mkdtempSync(join(tmpdir(), 'saliscope-restart-'))
  const first = await launch({ userFolder })
  try {
    await waitForSample(first.page)
    await drawOnce(first.page)
    await expect(history(first.page).first()).toBeVisible()
    await expect(first.page.getByText(/^All saved \d\d:\d\d:\d\d$/)).toBeVisible()
    await expect(first.page.locator('[data-saved="yes"]').first()).toBeVisible()
    await killEngine(first.app)
    await expect(first.page.getByText('What was open is open again').first()).toBeVisible({ timeout: 60_000 })
    // The screen was not left: what is drawn now goes on where the engine was ended.
    await drawOnce(first.page, 30)
    await expect(first.page.getByTestId('read-viewport')).toHaveAttribute('data-saved', 'yes')
    await expect(first.page.getByTestId('read-viewport')).toHaveAttribute('data-entries', '3', { timeout: 20_000 })
    await picture(first.page, 'workspace-after-kill')
  } finally {
    await first.close()
  }
  const second = await launch({ userFolder })
  try {
    // Nothing was asked for: the cases of the sample come back by themselves.
    await expect(
      second.page
        .locator('header')
        .getByText(/of 100/)
        .first()
    ).toBeVisible({ timeout: 60_000 })
    await second.page.keyboard.press('Control+3')
    await expect(second.page.getByTestId('read-viewport')).toHaveAttribute('data-entries', '3', { timeout: 20_000 })
  } finally {
    await second.close()
    rmSync(userFolder, { recursive: true, force: true, maxRetries: 5 })
  }
})

const place = mkdtempSync(join(tmpdir(), 'saliscope-other-'))
test.describe('the workspace in Settings', () => {
  const backup = join(place, 'backup.sqlite')
  const restored = join(place, 'restored')
  test.use({ dialogs: { answers: [[place], [backup], [restored], [restored]] } })

  test('says what it holds, verifies, is backed up and restored; the own profile is changed; a second profile is added and switched to; another is opened', async ({
    page
  }) => {
    await waitForSample(page)
    await page.keyboard.press('Control+7')
    const workspace = page.getByRole('region', { name: 'Workspace' })
    await expect(workspace.getByText('0 drawings')).toBeVisible()
    await workspace.getByRole('button', { name: 'Verify' }).click()
    await expect(workspace.getByText(/^Whole, as it was written:/)).toBeVisible()
    await workspace.getByRole('button', { name: 'Back up to one file…' }).click()
    await expect(workspace.getByText(/^Written: saliscope-workspace-/)).toBeVisible()
    const [written] = readdirSync(place).filter((name) => name.startsWith('saliscope-workspace-'))
    renameSync(join(place, written), backup)
    await workspace.getByRole('button', { name: 'Restore from a backup…' }).click()
    await expect(workspace.getByText(/^Restored, 0 drawings\. Open the folder with “Open another…”\.$/)).toBeVisible()
    await picture(page, 'workspace-settings')

    await workspace.getByRole('button', { name: 'Change…' }).click()
    const own = page.getByRole('dialog', { name: 'Your profile' })
    await own.getByLabel('Name or pseudonym').fill('Dr. A')
    await own.getByLabel(/^New PIN/).fill('3141')
    await picture(page, 'profile-own')
    await own.getByRole('button', { name: 'Change profile' }).click()
    await expect(page.getByRole('button', { name: 'Profile: Dr. A. Switch…' })).toBeVisible()
    // The PIN goes only with the PIN as it is.
    await workspace.getByRole('button', { name: 'Change…' }).click()
    await own.getByRole('checkbox', { name: 'Without a PIN from now on' }).check()
    await own.getByLabel('PIN as it is now').fill('1111')
    await page.keyboard.press('Enter')
    await expect(own.getByRole('alert')).toContainText('That is not the PIN of Dr. A.')
    await own.getByLabel('PIN as it is now').fill('3141')
    await page.keyboard.press('Enter')
    await expect(own).toBeHidden()

    await page.getByRole('button', { name: 'Profile: Dr. A. Switch…' }).click()
    const picker = page.getByRole('dialog', { name: 'Who is working here?' })
    await picker.getByRole('button', { name: 'Add a profile…' }).click()
    await picker.getByLabel('Name or pseudonym').fill('Reader 2')
    await picker.getByLabel('PIN, if you want one').fill('2718')
    await picture(page, 'profile-new')
    await picker.getByRole('button', { name: 'Add profile' }).click()
    await picture(page, 'profile-picker')
    await picker.getByRole('button', { name: /^Reader 2/ }).click()
    await picker.getByLabel('PIN of Reader 2').fill('1111')
    await page.keyboard.press('Enter')
    await expect(picker.getByRole('alert')).toContainText('That is not the PIN of Reader 2.')
    await picker.getByLabel('PIN of Reader 2').fill('2718')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Profile: Reader 2. Switch…' })).toBeVisible()

    await workspace.getByRole('button', { name: 'Open another…' }).click()
    await expect(page.getByRole('button', { name: 'Profile: Reader 1. Switch…' })).toBeVisible({ timeout: 30_000 })
    rmSync(place, { recursive: true, force: true })
  })
})

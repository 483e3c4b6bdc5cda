import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { dragOver } from './support/drop'
import { launch } from './support/launch'
import { makeStudy, readOne, tickCases } from './support/reading'
import { addMaps, waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** Who sees what in the window, how a reader's file gets in, and how the window closes on a reading. */
const stick = mkdtempSync(join(tmpdir(), 'room-'))
test.afterAll(() => rmSync(stick, { recursive: true, force: true }))

type Role = 'Reader' | 'Organiser' | 'Researcher'

const all = { Reader: true, Organiser: true, Researcher: true }
const notReaders = { ...all, Reader: false }

/** What is on a screen, by role: labels, outlines of others, models, predictions, maps, and what organisers do. */
const rows: readonly { screen: string; keys: string; shown: RegExp; sees: Readonly<Record<Role, boolean>> }[] = [
  { screen: 'Studies', keys: 'Control+1', shown: /Phantom, 0001/u, sees: all },
  { screen: 'Studies', keys: 'Control+1', shown: />lesion</u, sees: notReaders },
  { screen: 'Studies', keys: 'Control+1', shown: />1 outline</u, sees: notReaders },
  { screen: 'View', keys: 'Control+2', shown: /Phantom, 0001/u, sees: all },
  { screen: 'View', keys: 'Control+2', shown: /Honest classifier/u, sees: notReaders },
  { screen: 'View', keys: 'Control+2', shown: /lesion 0\.\d/u, sees: notReaders },
  { screen: 'View', keys: 'Control+2', shown: /data-testid="colour-bar"/u, sees: notReaders },
  { screen: 'View', keys: 'Control+2', shown: /Reference standard/u, sees: notReaders },
  { screen: 'View', keys: 'Control+2', shown: /Add map/u, sees: notReaders },
  { screen: 'Read', keys: 'Control+3', shown: /data-testid="read-viewport"/u, sees: all },
  {
    screen: 'Read',
    keys: 'Control+3',
    shown: /Honest classifier|data-testid="colour-bar"/u,
    sees: { ...notReaders, Organiser: false, Researcher: false }
  },
  { screen: 'Reading studies', keys: 'Control+3', shown: /New study…/u, sees: notReaders },
  { screen: 'Reading studies', keys: 'Control+3', shown: /Take in a returned file…/u, sees: notReaders },
  { screen: 'Reading studies', keys: 'Control+3', shown: /Open a reading file…/u, sees: all },
  { screen: 'Settings', keys: 'Control+7', shown: /Workspace/u, sees: all }
]

const words = (page: Page): Promise<string> => page.evaluate(() => document.body.outerHTML)

async function become(page: Page, role: Role): Promise<void> {
  await page.getByRole('button', { name: /^Profile: .* Switch…$/u }).click()
  const picker = page.getByRole('dialog', { name: 'Who is working here?' })
  const name = `The ${role.toLowerCase()}`
  if ((await picker.getByRole('button', { name: new RegExp(`^${name}`, 'u') }).count()) === 0) {
    await picker.getByRole('button', { name: 'Add a profile…' }).click()
    await picker.getByLabel('Name or pseudonym').fill(name)
    await picker.getByLabel('Role').click()
    await page.getByRole('option', { name: new RegExp(`^${role}`, 'u') }).click()
    await picker.getByRole('button', { name: 'Add profile' }).click()
  }
  await picker.getByRole('button', { name: new RegExp(`^${name}`, 'u') }).click()
  await expect(page.getByRole('button', { name: `Profile: ${name}. Switch…` })).toBeVisible()
}

test('each role is shown its own on every screen', async ({ page }) => {
  await waitForSample(page)
  await addMaps(page, ['Grad-CAM'])
  await expect(page.getByTestId('overlay').first()).toBeVisible()
  for (const role of ['Organiser', 'Researcher', 'Reader'] as const) {
    await page.keyboard.press('Control+7')
    await become(page, role)
    for (const { screen, keys, shown, sees } of rows) {
      await page.keyboard.press(keys)
      if (screen === 'Reading studies') await page.getByRole('button', { name: 'Reading studies' }).click()
      if (screen === 'Studies') await expect(page.locator('main .row .thumb').first()).toBeVisible()
      const said = `${role}, ${screen}: ${shown.source}`
      await expect.poll(async () => shown.test(await words(page)), said).toBe(sees[role])
      if (screen === 'Reading studies') await page.getByRole('button', { name: 'Back to drawing' }).click()
    }
    const screens = page.getByRole('navigation', { name: 'Screens' }).getByRole('button')
    await expect(screens.filter({ hasText: 'Report' })).toHaveCount(role === 'Reader' ? 0 : 1)
    await page.keyboard.press('Control+2')
    await picture(page, `role-${role.toLowerCase()}`)
  }
})

test('behind the question who works here there is nothing, and for a reader no report is left', async () => {
  const userFolder = mkdtempSync(join(tmpdir(), 'room-roles-'))
  const first = await launch({ userFolder })
  try {
    const { page } = first
    await waitForSample(page)
    await page.keyboard.press('Control+4')
    await page.getByRole('button', { name: 'Run the full sample' }).click()
    await expect(page.locator('.screen:not(.away)')).toContainText('Honest classifier', { timeout: 60_000 })
    await page.keyboard.press('Control+7')
    await become(page, 'Reader')
    for (const keys of ['Control+4', 'Control+5']) {
      await page.keyboard.press(keys)
      await expect(page.getByText('A reader is shown no reports.')).toBeVisible()
      expect(await words(page)).not.toMatch(/Honest classifier/u)
    }
  } finally {
    await first.close()
  }
  const { page, close } = await launch({ userFolder })
  try {
    const picker = page.getByRole('dialog', { name: 'Who is working here?' })
    await expect(picker.getByRole('button', { name: /^The reader/u })).toBeVisible()
    await page.waitForFunction(() => document.querySelector('[data-testid="overlay"]') === null)
    expect(await words(page)).not.toMatch(/Phantom, 0001|Honest classifier|>lesion</u)
    await picture(page, 'nobody-chosen')
    await picker.getByRole('button', { name: /^The reader/u }).click()
    await expect(picker).toBeHidden()
    await page.keyboard.press('Control+1')
    await expect(page.locator('main .row .thumb').first()).toBeVisible()
    expect(await words(page)).toMatch(/Phantom, 0001/u)
    expect(await words(page)).not.toMatch(/Honest classifier|>lesion</u)
  } finally {
    await close()
    rmSync(userFolder, { recursive: true, force: true })
  }
})

test.describe('a file for a reader', () => {
  test.use({ dialogs: { answers: [stick] } })

  test('is dropped on a fresh window, comes back by being dropped, and is opened from the menu', async ({ page }) => {
    await waitForSample(page)
    await tickCases(page, 1)
    await makeStudy(page, 0)
    await page.getByTestId('reader-progress').getByRole('button', { name: 'File to carry over…' }).nth(1).click()
    const carried = join(stick, 'Opacity-1-Reader-2.reading')
    await expect.poll(() => existsSync(carried), { timeout: 30_000 }).toBe(true)

    // Another computer: nothing but the sample was ever open there.
    const other = await launch({ dialogs: [stick, carried] })
    try {
      await waitForSample(other.page)
      await (await dragOver(other.page, [carried])).drop()
      const blinded = other.page.getByRole('heading', { name: 'Blinded reading' })
      await expect(blinded).toBeVisible({ timeout: 30_000 })
      const screens = other.page.getByRole('navigation', { name: 'Screens' }).getByRole('button')
      await expect(screens).toHaveText(['Read'])
      expect(await words(other.page)).not.toMatch(/Grad-CAM|Inception|data-testid="overlay"|Phantom/u)
      await readOne(other.page, true)
      await expect(other.page.getByTestId('reading-progress')).toHaveText('1 of 1 done')
      await other.page.getByRole('button', { name: 'Bring back…' }).click()
      await expect(other.page.getByText(/^Written: Opacity-1-Reader-2-done\.reading/)).toBeVisible()
      // The same file by the menu: it goes on where it was.
      await other.page.getByRole('button', { name: 'Leave the reading' }).click()
      await expect(blinded).toBeHidden()
      await other.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('open-files')?.click())
      await expect(blinded).toBeVisible({ timeout: 30_000 })
      await expect(other.page.getByTestId('reading-progress')).toHaveText('1 of 1 done')
    } finally {
      await other.close()
    }
    await (await dragOver(page, [join(stick, 'Opacity-1-Reader-2-done.reading')])).drop()
    await expect(page.getByText('Reader 2: 1 of 1 cases are done; 1 came with this file.')).toBeVisible({
      timeout: 30_000
    })
  })
})

test('closing while jobs run behind a blinded reading asks, and names no case', async ({ running, page }) => {
  await waitForSample(page)
  await tickCases(page, 2)
  await makeStudy(page, 0)
  // A job of the researcher that is not finished; it rests, so that the engine answers while the test goes on.
  await page.keyboard.press('Control+4')
  await page.getByRole('button', { name: 'Run the full sample' }).click()
  await page.keyboard.press('Control+6')
  await page.getByRole('button', { name: 'Pause' }).first().click()
  await expect(page.getByRole('button', { name: 'Go on' }).first()).toBeVisible({ timeout: 60_000 })
  await page.keyboard.press('Control+3')
  await page.getByTestId('reader-progress').getByRole('button', { name: 'Read' }).first().click()
  await expect(page.getByRole('heading', { name: 'Blinded reading' })).toBeVisible()
  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  const question = page.getByRole('dialog')
  await expect(question).toContainText('One job is not finished.')
  expect(await words(page)).not.toMatch(/Grad-CAM|Inception|Phantom|p0\d\d\d/u)
  await picture(page, 'closing-while-blinded')
  await question.getByRole('button', { name: 'Go on computing' }).click()
  await expect(question).toBeHidden()
  expect(running.process.exitCode).toBeNull()
})

test('a reader with a PIN finds the reading that was left open, and the way back into it', async () => {
  const userFolder = mkdtempSync(join(tmpdir(), 'room-user-'))
  const first = await launch({ userFolder })
  try {
    await waitForSample(first.page)
    await tickCases(first.page, 2)
    await makeStudy(first.page, 0)
    await first.page.keyboard.press('Control+7')
    await first.page.getByRole('button', { name: /^Profile: .* Switch…$/u }).click()
    const picker = first.page.getByRole('dialog', { name: 'Who is working here?' })
    await picker.getByRole('button', { name: 'Add a profile…' }).click()
    await picker.getByLabel('Name or pseudonym').fill('Anna')
    await picker.getByLabel('PIN, if you want one').fill('2718')
    await picker.getByRole('button', { name: 'Add profile' }).click()
    await picker.getByRole('button', { name: /^Anna/u }).click()
    await picker.getByLabel('PIN of Anna').fill('2718')
    await first.page.keyboard.press('Enter')
    await expect(first.page.getByRole('button', { name: 'Profile: Anna. Switch…' })).toBeVisible()
    await first.page.keyboard.press('Control+3')
    await first.page.getByTestId('reader-progress').getByRole('button', { name: 'Read' }).first().click()
    await expect(first.page.getByTestId('reading-progress')).toHaveText('0 of 2 done')
    await readOne(first.page, true)
    await expect(first.page.getByTestId('reading-progress')).toHaveText('1 of 2 done')
  } finally {
    await first.close()
  }
  const { page, close } = await launch({ userFolder })
  try {
    const picker = page.getByRole('dialog', { name: 'Who is working here?' })
    const anna = picker.getByRole('button', { name: /^Anna/u })
    await expect(anna).toContainText('in the middle of a reading')
    expect(await words(page)).not.toMatch(/Grad-CAM|Inception|Phantom|data-testid="overlay"/u)
    await picture(page, 'profile-reading')
    await anna.click()
    await picker.getByLabel('PIN of Anna').fill('2718')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Blinded reading' })).toBeVisible()
    await expect(page.getByTestId('reading-progress')).toHaveText('1 of 2 done')
  } finally {
    await close()
    rmSync(userFolder, { recursive: true, force: true })
  }
})

import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { dragOver } from './support/drop'
import { launch } from './support/launch'
import { makeStudy, readOne, tickCases } from './support/reading'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** What a reading study promises its organiser, walked by hand: the clock, hidden repeats, files that were altered or come twice. */
const stick = mkdtempSync(join(tmpdir(), 'by-hand-'))
test.afterAll(() => rmSync(stick, { recursive: true, force: true }))

const seconds = (text: string): number => Number(text.split(':')[0]) * 60 + Number(text.split(':')[1])

test('the clock stands while nothing is done, and hidden repeats look like any case until the figures', async ({
  page
}) => {
  await waitForSample(page)
  await tickCases(page, 2)
  await makeStudy(page, 1, (dialog) => dialog.getByLabel('Clock pauses after (s)').fill('5'))
  const table = page.getByTestId('reader-progress')
  await table.getByRole('button', { name: 'Read' }).first().click()
  await expect(page.getByTestId('reading-progress')).toHaveText('0 of 3 done')
  const [clock, pause] = [page.getByTestId('task-clock'), page.getByTestId('task-pause')]
  await expect(pause).toHaveText('(pauses when idle)')
  await expect(pause).toHaveText('(paused, goes on when you do)', { timeout: 20_000 })
  const stood = await clock.innerText()
  // A pointer that only passes is no work.
  await page.mouse.move(500, 400)
  await page.waitForTimeout(4000)
  await expect(clock).toHaveText(stood)
  await picture(page, 'reading-paused')
  await page.getByTestId('read-viewport').focus()
  await page.keyboard.press('b')
  await expect(pause).toHaveText('(pauses when idle)')
  await expect.poll(async () => seconds(await clock.innerText())).toBeGreaterThan(seconds(stood))

  for (const done of [1, 2, 3]) {
    await readOne(page, true)
    await expect(page.getByTestId('reading-progress')).toHaveText(`${done} of 3 done`)
    expect(await page.locator('body').innerText()).not.toMatch(/repeat|twice|second reading|seen before/iu)
    if (done === 2) await picture(page, 'reading-repeat')
  }
  await page.getByRole('button', { name: 'Leave the reading' }).click()
  await expect(page.getByText(/^One reader so far\./)).toBeVisible({ timeout: 30_000 })
  // The same ellipse over the same place of the same image.
  await expect(page.getByRole('row', { name: /^Same reader twice \(Dice\)/ })).toContainText('1.00')
  await expect(page.getByTestId('agreement').getByRole('row')).toHaveCount(3)
  const median = await table.getByRole('row').nth(1).locator('.figure').first().innerText()
  expect(seconds(median)).toBeLessThan(30)
  await picture(page, 'reading-repeats-figures')
})

/** The file with one byte of its middle turned over; sealed anew, as far as anybody can without the key. */
function altered(path: string, to: string, sealedAnew: boolean): string {
  const bytes = readFileSync(path)
  const text = bytes.toString('latin1')
  const seal = text.lastIndexOf('SALISCOPE1') + 'SALISCOPE1'.length
  // Into the date of an entry: every part unpacks as before.
  const entry = text.indexOf('PK\u0003\u0004')
  bytes[entry + 10] ^= 1
  if (sealedAnew) {
    const hash = createHash('sha256').update(bytes.subarray(0, seal)).digest('hex')
    bytes.write(hash, seal, 'latin1')
  }
  writeFileSync(to, bytes)

  return to
}

test.describe('a file that comes back', () => {
  test.use({ dialogs: { answers: [stick] } })

  test('is refused where it was altered, taken in once, and does no harm the second time', async ({ page }) => {
    await waitForSample(page)
    await tickCases(page, 1)
    await makeStudy(page, 0)
    const table = page.getByTestId('reader-progress')
    await table.getByRole('button', { name: 'File to carry over…' }).nth(1).click()
    const carried = join(stick, 'Opacity-1-Reader-2.reading')
    await expect.poll(() => existsSync(carried), { timeout: 30_000 }).toBe(true)
    const returned = join(stick, 'Opacity-1-Reader-2-done.reading')

    const other = await launch({ dialogs: [stick] })
    try {
      await waitForSample(other.page)
      const wrong = altered(carried, join(stick, 'Changed.reading'), false)
      await drop(other.page, wrong)
      await expect(said(other.page)).toContainText(
        '“Changed.reading” was changed after it was saved, or was damaged on the way. Nothing was imported.'
      )
      await picture(other.page, 'reading-file-altered')
      await drop(other.page, carried)
      await expect(other.page.getByRole('heading', { name: 'Blinded reading' })).toBeVisible({ timeout: 30_000 })
      await readOne(other.page, true)
      await expect(other.page.getByTestId('reading-progress')).toHaveText('1 of 1 done')
      await other.page.getByRole('button', { name: 'Bring back…' }).click()
      await expect(other.page.getByText(/^Written: Opacity-1-Reader-2-done\.reading/)).toBeVisible()
    } finally {
      await other.close()
    }

    const second = table.getByRole('row').nth(2)
    await drop(page, altered(returned, join(stick, 'Broken-done.reading'), false))
    await expect(said(page)).toContainText(
      '“Broken-done.reading” was changed after it was saved, or was damaged on the way. Nothing was imported.'
    )
    // Whoever knows how the hash is made still lacks the key.
    await drop(page, altered(returned, join(stick, 'Forged-done.reading'), true))
    await expect(said(page)).toContainText(
      'Reader 2’s file was not made from the file this study gave out, or was changed since. Nothing was imported.'
    )
    await expect(second).toContainText('0 of 1')
    await picture(page, 'reading-return-altered')
    await drop(page, returned)
    await expect(page.getByText('Reader 2: 1 of 1 cases are done; 1 came with this file.')).toBeVisible({
      timeout: 30_000
    })
    await expect(second).toContainText('1 of 1')
    const once = await second.innerText()
    await drop(page, returned)
    await expect(page.getByText('Reader 2’s file was taken in before. Nothing changed.')).toBeVisible()
    expect(await second.innerText()).toBe(once)
    await picture(page, 'reading-return-twice')
    await page.getByRole('button', { name: 'Verify' }).click()
    await expect(page.getByText(/ is whole: \d+ entries of the audit trail fit/u).first()).toBeVisible()
  })
})

const said = (page: Page) => page.getByRole('region', { name: 'Messages' })

async function drop(page: Page, path: string): Promise<void> {
  await (await dragOver(page, [path])).drop()
}

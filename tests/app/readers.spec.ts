import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import type { Page } from '@playwright/test'
import { accessibilityFindings } from './support/accessibility'
import { dragOver } from './support/drop'
import { launch } from './support/launch'
import { colouredPixels, makeStudy, nextIsOpen, readOne, tickCases } from './support/reading'
import { addMaps, waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** Two readers, one of them on another computer; the blinded one finds no map on the page, in the answers, or in a picture of the window. */
const stick = mkdtempSync(join(tmpdir(), 'stick-'))
test.afterAll(() => rmSync(stick, { recursive: true, force: true }))

const words = (page: Page): Promise<string> => page.evaluate(() => document.documentElement.outerHTML + document.title)

test('a blinded reader finds no map, label or prediction anywhere in the window', async ({ page }) => {
  await waitForSample(page)
  await addMaps(page, ['Grad-CAM'])
  await expect(page.getByTestId('overlay').first()).toBeVisible()
  const before = await words(page)
  expect(before).toMatch(/Grad-CAM/)
  await tickCases(page, 3)
  await makeStudy(page, 1)
  await picture(page, 'reading-studies')
  expect(await accessibilityFindings(page)).toEqual([])

  await page.getByTestId('reader-progress').getByRole('button', { name: 'Read' }).first().click()
  await expect(page.getByRole('heading', { name: 'Blinded reading' })).toBeVisible()
  await expect(page.getByTestId('reading-progress')).toHaveText('0 of 4 done')
  const after = await words(page)
  for (const word of [/Grad-CAM/, /Inception/, /Probability/, /data-testid="overlay"/, /Phantom/, /p0\d\d\d/, /F 61/])
    expect(after).not.toMatch(word)
  await expect(page.getByRole('navigation', { name: 'Screens' }).getByRole('button')).toHaveText(['Read'])
  for (const key of ['Control+1', 'Control+2', 'Control+4', 'Control+6']) {
    await page.keyboard.press(key)
    await expect(page.getByRole('heading', { name: 'Blinded reading' })).toBeVisible()
  }
  // The image is grey: no pixel of the picture inside the cell has a colour, as a heat map's would have.
  await page.mouse.move(4, 400)
  await expect.poll(() => colouredPixels(page)).toBe(0)
  await picture(page, 'reading-blinded')
  expect(await accessibilityFindings(page)).toEqual([])
})

test.describe('two readers', () => {
  test.use({ dialogs: { answers: [stick, null] } })

  test('one here, one on another computer; agreement, consensus, reference standard', async ({ page }) => {
    await waitForSample(page)
    await tickCases(page, 2)
    await makeStudy(page, 0)
    // The file for the second reader.
    await page.getByTestId('reader-progress').getByRole('button', { name: 'File to carry over…' }).nth(1).click()
    const carried = join(stick, 'Opacity-1-Reader-2.reading')
    await expect.poll(() => existsSync(carried), { timeout: 30_000 }).toBe(true)
    const packed = Object.values(unzipSync(readFileSync(carried))).map((bytes) => Buffer.from(bytes).toString('latin1'))
    for (const text of packed)
      for (const secret of ['Phantom', 'p00', 'opacity-', 'Grad', 'Reader 1']) expect(text).not.toContain(secret)

    // Reader 1, in this window.
    await page.getByTestId('reader-progress').getByRole('button', { name: 'Read', exact: true }).first().click()
    await expect(page.getByTestId('reading-progress')).toHaveText('0 of 2 done')
    await readOne(page, true)
    await expect(page.getByTestId('reading-progress')).toHaveText('1 of 2 done')
    await nextIsOpen(page)
    await page.keyboard.press('Control+m')
    await page.keyboard.press('Control+/')
    await page.getByRole('textbox', { name: 'Comment' }).fill('Rotated to the left')
    await page.getByTestId('read-viewport').focus()
    await readOne(page, false)
    await expect(page.getByTestId('reading-progress')).toHaveText('2 of 2 done')
    await page.getByRole('button', { name: 'Leave the reading' }).click()
    await expect(page.getByText(/^One reader so far\./)).toBeVisible({ timeout: 30_000 })

    // Reader 2, on another computer, with the file alone.
    const other = await launch({ dialogs: [stick], arguments: [carried] })
    try {
      await expect(other.page.getByRole('heading', { name: 'Blinded reading' })).toBeVisible({ timeout: 30_000 })
      await expect(other.page.getByText('Reader 2').first()).toBeVisible()
      await expect(other.page.getByRole('navigation', { name: 'Screens' }).getByRole('button')).toHaveText(['Read'])
      await expect(other.page.getByTestId('reading-progress')).toHaveText('0 of 2 done')
      await readOne(other.page, true)
      await expect(other.page.getByTestId('reading-progress')).toHaveText('1 of 2 done')
      await readOne(other.page, true)
      await expect(other.page.getByTestId('reading-progress')).toHaveText('2 of 2 done')
      await picture(other.page, 'reading-package')
      await other.page.getByRole('button', { name: 'Bring back…' }).click()
      await expect(other.page.getByText(/^Written: Opacity-1-Reader-2-done\.reading/)).toBeVisible()
    } finally {
      await other.close()
    }

    // Back to the organiser: dropped on the window.
    await (await dragOver(page, [join(stick, 'Opacity-1-Reader-2-done.reading')])).drop()
    await expect(page.getByTestId('agreement')).toBeVisible({ timeout: 30_000 })
    await expect(page.getByTestId('agreement').getByRole('row', { name: /Outlines overlap \(Dice\)/ })).toContainText(
      '2 cases'
    )
    await page.getByRole('button', { name: 'Make consensus' }).click()
    await expect(page.getByTestId('consensus').getByRole('listitem')).toHaveCount(2)
    await picture(page, 'reading-agreement')
    await page.getByRole('button', { name: /^Adjudicate 1 case/ }).click()
    const desk = page.getByRole('application', { name: /^Adjudicate Case/ })
    await expect(desk.locator('path.reader')).toHaveCount(2)
    await desk.focus()
    await page.keyboard.press('1')
    await expect(desk.locator('path.reader')).toHaveCount(1)
    await page.keyboard.press('1')
    // The picture says which way round it is and how large, whose each line is, and which case of how many.
    await expect(desk.locator('.letter')).toHaveText(['R', 'L', 'H', 'F'])
    await expect(desk.getByTestId('scale-bar')).toContainText('cm at the detector')
    await expect(desk.locator('.tag')).toHaveText(['B'])
    await expect(page.getByText(/^Opacity-1, \d of 2\. Each reader has a letter and a dash/)).toBeVisible()
    await expect(desk.locator('path.consensus')).toHaveCount(1)
    await page.keyboard.press('0')
    await expect(desk.locator('path.consensus')).toHaveCount(0)
    await page.keyboard.press('0')
    await picture(page, 'reading-adjudication')
    const first = await desk.getAttribute('aria-label')
    await page.keyboard.press(first === 'Adjudicate Case 1' ? 'n' : 'Shift+N')
    await expect(desk).not.toHaveAttribute('aria-label', first ?? '')
    await expect(desk.locator('.tag')).toHaveText(['A', 'B'])
    await picture(page, 'reading-adjudication-alike')
    await page.keyboard.press(first === 'Adjudicate Case 1' ? 'Shift+N' : 'n')
    await expect(desk).toHaveAttribute('aria-label', first ?? '')
    await page.keyboard.press('Enter')
    await expect(page.getByText('Accepted by Reader 1').first()).toBeVisible()
    // Accepting goes on to another case, and a key that comes meanwhile is nobody's.
    await expect(async () => {
      await page.keyboard.press('Escape')
      await expect(desk).toBeHidden({ timeout: 1000 })
      // Between two cases it is hidden for a moment, too.
      await page.getByRole('button', { name: 'Use as reference standard' }).click({ timeout: 2000 })
    }).toPass()
    await expect(page.getByText(/The consensus is the reference standard of 2 cases/)).toBeVisible()

    // What was flagged and written stands below; the study goes once its title is typed, and not before.
    const remark = page.getByTestId('remarks').getByRole('row', { name: /^Case \d/ })
    await expect(remark).toHaveText(/Reader 1\s*flagged\s*Rotated to the left/)
    await remark.scrollIntoViewIfNeeded()
    await picture(page, 'reading-remarks')
    await page.getByRole('button', { name: 'Remove…' }).click()
    const removal = page.getByRole('dialog', { name: 'Remove “Opacity-1”?' })
    await expect(
      removal.getByText(
        /^\d+ readings \(4 done\) and \d+ drawings? go away with it, and so do its consensus and figures\. The audit trail/
      )
    ).toBeVisible()
    await expect(removal.getByRole('button', { name: 'Remove the study' })).toBeDisabled()
    await removal.getByLabel('Type the title of the study to remove it').fill('Opacity-1')
    await picture(page, 'reading-removal')
    await page.keyboard.press('Enter')
    await expect(page.getByText(/^No reading study yet\./)).toBeVisible()
  })
})

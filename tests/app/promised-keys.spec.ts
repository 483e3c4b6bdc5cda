import { accessibilityFindings } from './support/accessibility'
import { drag } from './support/drag'
import { imagePointer, storedDrawing } from './support/drawn-labelmap'
import { addMaps, waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

test('a checkpoint is named by Ctrl+S, gone back to, and outlasts what is drawn over it', async ({ page, running }) => {
  await waitForSample(page)
  await page.keyboard.press('Control+3')
  await expect(page.getByTestId('read-viewport')).toHaveAttribute('data-drawing', /.+/)
  await expect(page.getByTestId('read-viewport')).toHaveAttribute('data-placement', /scaleX/)
  await page.getByTestId('read-viewport').focus()
  const { at } = await imagePointer(page)
  const stored = () => storedDrawing(page, running.userFolder)
  const stroke = async (y: number): Promise<void> => {
    await drag(page, [at(40.5, y), at(80.5, y)])
  }

  // Nothing is drawn: nothing is named.
  await page.keyboard.press('Control+s')
  await expect(page.getByText('Nothing is drawn yet that a checkpoint could keep.')).toBeVisible()

  await stroke(40.5)
  await expect(page.getByTestId('segment')).toHaveCount(1)
  await page.getByTestId('read-viewport').focus()
  const first = await stored()
  const segment = first.segments[0].segment
  await page.keyboard.press('Control+s')
  const field = page.getByLabel('Name of the checkpoint')
  await expect(field).toBeFocused()
  await expect(field).toHaveValue('Checkpoint 1')
  await field.fill('Core alone')
  await page.keyboard.press('Enter')
  const rows = page.getByTestId('checkpoints').getByRole('listitem')
  await expect(rows).toHaveText([/Core alone/])

  // Another stroke, then back: the history still holds the place.
  await stroke(60.5)
  await expect.poll(async () => (await stored()).cursor).toBe(3)
  await page.getByRole('button', { name: 'Core alone' }).first().click()
  await expect.poll(async () => (await stored()).cursor).toBe(2)
  expect((await stored()).pixels(segment, 0)).toEqual(first.pixels(segment, 0))

  // Drawn over: going back is an entry of its own, and undo takes it back.
  await page.keyboard.press('Control+z')
  await expect.poll(async () => (await stored()).cursor).toBe(1)
  await stroke(80.5)
  await expect(rows).toHaveText([/Core alone\s*drawn over since/])
  await page
    .getByRole('button', { name: /^Core alone/ })
    .first()
    .click()
  await expect(page.getByTestId('history')).toContainText('Back to “Core alone”')
  await expect.poll(async () => (await stored()).pixels(segment, 0)).toEqual(first.pixels(segment, 0))
  await page.getByTestId('checkpoints').scrollIntoViewIfNeeded()
  await picture(page, 'read-checkpoints')
  expect(await accessibilityFindings(page)).toEqual([])
  await page.keyboard.press('Control+z')
  await expect.poll(async () => (await stored()).pixels(segment, 0)).not.toEqual(first.pixels(segment, 0))
})

test('in View undo takes measurements back; Jobs is walked by keys; print and cohort answer everywhere', async ({
  page
}) => {
  await waitForSample(page)
  await page.getByTestId('viewport').focus()
  const named = page.getByLabel('Name of Length 1')
  const box = (await page.getByTestId('cell-0').boundingBox())!
  await page.keyboard.press('Shift+U')
  await page.keyboard.press('1')
  await page.mouse.move(box.x + box.width / 2 - 60, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 30, { steps: 4 })
  await page.mouse.up()
  await expect(named).toHaveCount(1)
  await page.keyboard.press('Control+z')
  await expect(named).toHaveCount(0)
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText('Undone: measure Length 1.')
  await page.keyboard.press('Control+Shift+z')
  await expect(named).toHaveCount(1)
  await page.keyboard.press('Escape')

  // Printed is the picture as a figure, alone on its page: with its scale, its letters, and what it is not for.
  await page.evaluate(() => (window.print = () => undefined))
  await page.keyboard.press('Control+p')
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator('.printed-figure canvas')).toBeVisible()
  await expect(page.locator('.frame')).toBeHidden()
  await picture(page, 'view-printed')
  await page.emulateMedia({ media: null })
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
  await expect(page.locator('.printed-figure')).toHaveCount(0)

  // The mouse table is the profile's, and undo takes a change of it back.
  await page.keyboard.press('Control+7')
  const mouse = page.getByRole('region', { name: 'Mouse' })
  await mouse.getByRole('combobox', { name: /^Preset/ }).click()
  await page.getByRole('option', { name: 'RadiAnt-like' }).click()
  await expect(mouse.getByRole('combobox', { name: /^Preset/ })).toContainText('RadiAnt-like')
  await picture(page, 'settings-mouse')
  await page.getByRole('heading', { name: 'Settings' }).click()
  await page.keyboard.press('Control+z')
  await expect(mouse.getByRole('combobox', { name: /^Preset/ })).toContainText('Saliscope')
  await page.keyboard.press('Control+Shift+z')
  await page.reload()
  await page.keyboard.press('Control+7')
  await expect(mouse.getByRole('combobox', { name: /^Preset/ })).toContainText('RadiAnt-like')

  // The first map of the sample is there: it is not computed once more, and nothing is said of it.
  await page.keyboard.press('Control+2')
  await expect(page.getByTestId('colour-bar').first()).toBeVisible()
  await expect(page.getByText('has not been computed')).toHaveCount(0)

  // Jobs, by the rail: the first with ↓, Delete takes one that has ended off the list.
  await page.getByRole('button', { name: 'Jobs' }).first().click()
  const jobs = page.locator('li[data-job]')
  await expect(jobs.first()).toBeVisible()
  const before = await jobs.count()
  await page.keyboard.press('ArrowDown')
  await expect(jobs.first()).toBeFocused()
  await picture(page, 'jobs-keys')
  expect(await accessibilityFindings(page)).toEqual([])
  await page.keyboard.press('Delete')
  await expect(jobs).toHaveCount(before - 1)
  await page.keyboard.press('Control+p')
  await expect(page.getByText('What can be printed: the image in View, a sheet of cases, the report.')).toBeVisible()

  // Cohort is a part of the report.
  await page.keyboard.press('Control+5')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/report/i)
})

test('waiting jobs change places by mouse and keys, and the one that runs stays', async ({ page }) => {
  await waitForSample(page)
  // A long job that rests: what comes after it waits.
  await page.keyboard.press('Control+4')
  await page.getByRole('button', { name: 'Run the full sample' }).click()
  await page.keyboard.press('Control+6')
  await page.getByRole('button', { name: 'Pause' }).first().click()
  await page.keyboard.press('Control+2')
  await addMaps(page, ['Occlusion', 'Gradient', 'Integrated gradients'], [])
  await page.keyboard.press('Control+6')
  const waiting = page.getByRole('region', { name: 'Waiting' }).locator('li[data-job]')
  await expect.poll(() => waiting.count()).toBeGreaterThan(2)
  const titles = (): Promise<string[]> => waiting.locator('b').allInnerTexts()
  const [first, second, third, ...rest] = await titles()
  const running = page.getByRole('region', { name: 'Now' }).locator('b')
  const stays = await running.innerText()

  await expect(page.getByRole('button', { name: `Do “${first}” earlier` })).toBeDisabled()
  await page.getByRole('button', { name: `Do “${third}” earlier` }).click()
  await expect.poll(titles).toEqual([first, third, second, ...rest])
  // Whichever row the page moved, the keys go on with the one that was asked.
  const chosen = page.locator('li[data-job]:focus-within b')
  await expect(chosen).toHaveText(third)
  await page.keyboard.press('Control+Shift+ArrowUp')
  await expect.poll(titles).toEqual([third, first, second, ...rest])
  await expect(chosen).toHaveText(third)
  // Nothing goes before the one that is under way.
  await page.keyboard.press('Control+Shift+ArrowUp')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Control+Shift+ArrowDown')
  await expect.poll(titles).toEqual([third, second, first, ...rest])
  await expect(running).toHaveText(stays)
  await picture(page, 'jobs-moved')
  expect(await accessibilityFindings(page)).toEqual([])
})

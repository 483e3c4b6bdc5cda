import { join } from 'node:path'
import Database from 'libsql'
import { accessibilityFindings } from './support/accessibility'
import { storedDrawing } from './support/drawn-labelmap'
import { drawEllipse } from './support/reading'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

test('strokes held while the case was taken over are offered in a line, added, taken back, and put away', async ({
  page,
  running
}) => {
  await waitForSample(page)
  await page.keyboard.press('Control+3')
  const viewport = page.getByTestId('read-viewport')
  await expect(viewport).toHaveAttribute('data-drawing', /.+/)
  await viewport.focus()
  await drawEllipse(page)
  await expect(viewport).not.toHaveAttribute('data-entries', '0')
  const before = await storedDrawing(page, running.userFolder)

  // Somebody else writes for a while, and the drawing is not ours afterwards.
  const outsider = new Database(join(running.userFolder, 'workspace', 'workspace.sqlite'))
  outsider.exec('BEGIN IMMEDIATE')
  const cell = (await viewport.boundingBox())!
  await page.keyboard.press('Shift+D')
  await page.mouse.move(cell.x + cell.width / 2 + 90, cell.y + 120)
  await page.mouse.down()
  await page.mouse.move(cell.x + cell.width / 2 + 150, cell.y + 180, { steps: 3 })
  await page.mouse.up()
  await expect(viewport).toHaveAttribute('data-saved', 'no')
  await expect(page.getByRole('contentinfo')).toContainText('1 change held')
  outsider.exec('DELETE FROM lease')
  outsider.exec('COMMIT')
  outsider.close()

  const line = page.getByTestId('held-copy')
  await expect(line).toContainText(
    /^1 change of yours from \d\d:\d\d \(.+\) was held when this case was taken over elsewhere\./,
    { timeout: 60_000 }
  )
  const said = page.getByRole('region', { name: 'Messages' })
  await expect(said).toContainText('Nothing is lost: they are kept in a copy')
  await expect(said.locator('b')).toHaveText('Your changes are kept in a copy')
  await picture(page, 'held-copy')
  expect(await accessibilityFindings(page)).toEqual([])
  const [segment] = before.segments
  const [slice] = before.slices(segment.segment)
  const pixels = before.pixels(segment.segment, slice).length
  const drawn = async (): Promise<number> =>
    (await storedDrawing(page, running.userFolder)).pixels(segment.segment, slice).length
  expect(await drawn()).toBe(pixels)

  await line.getByRole('button', { name: 'Add to this outline' }).click()
  await expect(line.getByRole('status')).toHaveText('Added; Ctrl+Z takes it back.')
  await expect.poll(drawn).toBeGreaterThan(pixels)
  await picture(page, 'held-copy-added')
  await viewport.focus()
  await page.keyboard.press('Control+z')
  await expect.poll(drawn).toBe(pixels)
  await line.getByRole('button', { name: 'Put away' }).click()
  await expect(line).toHaveCount(0)
})

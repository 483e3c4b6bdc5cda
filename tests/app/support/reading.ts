import { expect, type Locator, type Page } from '@playwright/test'

/** Ticks the first cases of the list in Studies. */
export async function tickCases(page: Page, count: number): Promise<void> {
  await page.keyboard.press('Control+1')
  const rows = page.locator('main .row', { has: page.locator('.tick') })
  for (let index = 0; index < count; index++) await rows.nth(index).locator('.tick').click()
  await expect(page.getByText(new RegExp(`${count} selected`))).toBeVisible()
}

/** Makes a study of what is ticked, for two readers; `more` changes what the dialog offers before it is made. */
export async function makeStudy(
  page: Page,
  repeats: number,
  more: (dialog: Locator) => Promise<void> = () => Promise.resolve()
): Promise<void> {
  await page.keyboard.press('Control+3')
  await page.getByRole('button', { name: 'Reading studies' }).click()
  await page.getByRole('button', { name: 'New study…' }).click()
  const dialog = page.getByRole('dialog', { name: 'New reading study' })
  await dialog.getByLabel('Hidden repeats').fill(String(repeats))
  await more(dialog)
  await dialog.getByRole('button', { name: 'Make study' }).click()
  await expect(page.getByTestId('reader-progress').getByRole('row')).toHaveCount(3)
}

/** The drawing each window read last. */
const lastRead = new WeakMap<Page, string | null>()

/** An ellipse of 120 × 100 pixels of the window in the middle of the image. */
export async function drawEllipse(page: Page): Promise<void> {
  await page.keyboard.press('o')
  const cell = (await page.getByTestId('read-viewport').boundingBox())!
  const [x, y] = [cell.x + cell.width / 2, cell.y + cell.height / 2]
  await page.mouse.move(x - 60, y - 50)
  await page.mouse.down()
  await page.mouse.move(x + 60, y + 50, { steps: 4 })
  await page.mouse.up()
}

/** Keys belong to a case that is open: the one before it is still shown for a moment. Returns its drawing. */
export async function nextIsOpen(page: Page): Promise<string | null> {
  const viewport = page.getByTestId('read-viewport')
  // Between two cases there is no drawing, and keys say nothing of any case.
  const another = async (): Promise<boolean> => {
    const now = await viewport.getAttribute('data-drawing')

    return now !== null && now !== '' && now !== lastRead.get(page)
  }
  await expect.poll(another).toBe(true)

  return viewport.getAttribute('data-drawing')
}

/** Draws an ellipse in the middle of the image, or says that there is no finding; then how sure, and done. */
export async function readOne(page: Page, outline: boolean): Promise<void> {
  lastRead.set(page, await nextIsOpen(page))
  if (outline) {
    await drawEllipse(page)
    // The first outline of a case makes its segment first: done is said of what has arrived.
    await expect(page.getByTestId('read-viewport')).not.toHaveAttribute('data-entries', '0')
    await expect(page.getByTestId('read-viewport')).toHaveAttribute('data-saved', 'yes')
  } else await page.keyboard.press('0')
  await page.keyboard.press('Shift+4')
  await page.keyboard.press('Control+Enter')
}

/** Pixels of the window's picture inside the image whose channels differ by more than the outline's antialiasing of nothing: there is no drawing yet. */
export async function colouredPixels(page: Page): Promise<number> {
  const cell = (await page.getByTestId('read-viewport').boundingBox())!
  const clip = { x: cell.x + cell.width / 2 - 150, y: cell.y + cell.height / 2 - 150, width: 300, height: 300 }
  const png = await page.screenshot({ clip, animations: 'disabled' })

  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    const context = canvas.getContext('2d')!
    context.drawImage(bitmap, 0, 0)
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
    let coloured = 0
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = [data[at], data[at + 1], data[at + 2]]
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > 24) coloured++
    }

    return coloured
  }, png.toString('base64'))
}

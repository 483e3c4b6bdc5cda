import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { addMaps } from './support/sample'
import { letteredPanels, notedPanels, picturesIn, savedTwice } from './support/saved-figures'
import { expect, picture, test } from './support/test'

const figures = mkdtempSync(join(tmpdir(), 'saliscope-figures-'))
const [firstFolder, secondFolder, firstGrid, secondGrid] = ['first', 'second', 'first-grid', 'second-grid'].map(
  (name) => {
    const folder = join(figures, name)
    mkdirSync(folder)

    return folder
  }
)

test.describe('a sheet', () => {
  test.use({ dialogs: { answers: [[firstFolder], [secondFolder]] } })

  test('shows many cases under one slider and saves them as one figure, twice alike', async ({ page }) => {
    await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
    await page.keyboard.press('Control+1')
    await page.keyboard.press('/')
    await page.keyboard.type('000')
    await page.getByRole('listbox').first().focus()
    await page.keyboard.press('Control+Shift+s')
    const sheet = page.getByTestId('sheet')
    const cells = sheet.getByTestId('sheet-cell')
    const count = await cells.count()
    expect(count).toBeGreaterThanOrEqual(9)
    await sheet.getByRole('button', { name: /^Compute them, / }).click()
    await expect(sheet.locator('[data-testid=sheet-cell][data-ready=true]')).toHaveCount(count, { timeout: 90_000 })
    await expect(sheet.getByTestId('sheet-bar')).toContainText('each map from 0 to its own maximum')

    const inked = (): Promise<number> =>
      cells.first().evaluate((cell) => {
        const over = cell.querySelector<HTMLCanvasElement>('canvas.over')!
        const { data } = over.getContext('2d')!.getImageData(0, 0, over.width, over.height)
        let sum = 0
        for (let at = 3; at < data.length; at += 4) if (data[at] > 0) sum++

        return sum / (over.width * over.height)
      })
    // The percentile is of the map: no more than the hottest fifth of it is coloured.
    const fifth = await inked()
    expect(fifth).toBeGreaterThan(0.05)
    expect(fifth).toBeLessThan(0.21)
    await sheet.getByRole('slider', { name: 'Hide below' }).focus()
    for (let press = 0; press < 15; press++) await page.keyboard.press('ArrowRight')
    await expect(sheet.getByTestId('sheet-bar')).toContainText('coolest 95 %')
    await expect.poll(inked).toBeLessThan(0.055)
    await picture(page, 'sheet')

    // Every picture says which side is which and how large things are.
    await expect(cells.first().getByText('R', { exact: true })).toBeVisible()
    await expect(sheet.getByTestId('scale-bar')).toHaveCount(count)
    const first = await savedTwice(
      () => sheet.getByRole('button', { name: 'Save as a figure…' }).click(),
      [firstFolder, secondFolder]
    )
    const columns = Math.max(1, Math.min(10, Math.ceil(Math.sqrt(count * 1.4))))
    expect(await picturesIn(first, columns)).toBe(count)
    // What the model does not see is said over the map: in the cell, and in the figure.
    const noted = await cells.evaluateAll((all) =>
      all.map((cell) => cell.querySelector('[data-testid=sheet-note]') !== null)
    )
    expect(noted).toContain(true)
    expect(noted).toContain(false)
    await expect(sheet.getByTestId('sheet-note').first()).toContainText(/the same everywhere|not seen/)
    await expect(cells.first()).toContainText(/for lesion 0\.\d+/)
    expect(await notedPanels(first, columns, count)).toEqual(noted)

    // Enter looks at a case, Esc comes back to the same place.
    await sheet.getByRole('listbox').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Back to the sheet' })).toBeVisible()
    await expect(page.getByTestId('viewport')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(sheet.locator('[aria-selected=true]')).toHaveCount(1)
    await expect(cells.nth(1)).toHaveAttribute('aria-selected', 'true')
  })
})

/** What one layer of a cell holds, as red, green, blue, α of every pixel, on a lattice. */
async function inkOf(page: Page, selector: string): Promise<number[]> {
  return page.evaluate((wanted) => {
    const canvas = document.querySelector<HTMLCanvasElement>(wanted)!
    const scratch = document.createElement('canvas')
    scratch.width = canvas.width
    scratch.height = canvas.height
    const pen = scratch.getContext('2d', { willReadFrequently: true })!
    pen.drawImage(canvas, 0, 0)
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height)
    const ink: number[] = []
    for (let y = 5; y < canvas.height; y += 9) {
      for (let x = 5; x < canvas.width; x += 9) {
        const at = 4 * (y * canvas.width + x)
        ink.push(...data.slice(at, at + 4))
      }
    }

    return ink
  }, selector)
}

test.describe('a grid', () => {
  test.use({ dialogs: { answers: [[firstGrid], [secondGrid]] } })

  test('swipe shows each map on its side, the grid shares a scale, and the difference is what was computed', async ({
    page
  }) => {
    await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
    await addMaps(page, ['Gradient'])
    const rows = page.getByRole('region', { name: 'Maps' }).getByText(/^computed in/)
    await expect(rows).toHaveCount(2, { timeout: 60_000 })
    await page.getByTestId('viewport').focus()
    await page.keyboard.press('2')
    const own = '[data-testid=cell-0] [data-testid=overlay]'
    await expect.poll(async () => (await inkOf(page, own)).some((value) => value > 0)).toBe(true)
    const second = await inkOf(page, own)
    await page.keyboard.press('1')
    await expect.poll(async () => (await inkOf(page, own)).join() !== second.join()).toBe(true)
    const first = await inkOf(page, own)

    await page.keyboard.press('u')
    const swipe = page.getByTestId('swipe')
    await expect(swipe).toBeVisible()
    await expect.poll(async () => (await inkOf(page, own)).join() === first.join()).toBe(true)
    await expect
      .poll(async () => (await inkOf(page, '[data-testid=swipe-map] [data-testid=overlay]')).join() === second.join())
      .toBe(true)
    // Both layers end exactly at the line: left of it the one, right of it the other.
    const x = Number(await swipe.getAttribute('data-x'))
    const clips = await page.evaluate(() => {
      const cell = document.querySelector<HTMLElement>('[data-testid=cell-0]')!
      const right = cell.querySelector<HTMLElement>('[data-testid=swipe-map]')!
      const left = [...cell.querySelectorAll<HTMLElement>('.layer')].find((one) => one.style.clipPath !== '')!

      const { clientWidth: width, clientHeight: height } = cell

      return { left: left.style.clipPath, right: right.style.clipPath, width, height }
    })
    const { width, height } = clips
    expect(clips.left).toBe(`polygon(0px 0px, ${x}px 0px, ${x}px ${height}px, 0px ${height}px)`)
    expect(clips.right).toBe(`polygon(${x}px 0px, ${width}px 0px, ${width}px ${height}px, ${x}px ${height}px)`)
    await picture(page, 'swipe')
    // Turned and mirrored, the line stands upright where it was, over the whole height, and its names can be read.
    const line = swipe.getByRole('slider')
    const cell = (await page.getByTestId('cell-0').boundingBox())!
    const clip = page.getByTestId('swipe-map')
    for (const key of ['Shift+J', 'Shift+Z']) {
      const before = await clip.getAttribute('style')
      await page.keyboard.press(key)
      await expect.poll(() => clip.getAttribute('style')).not.toBe(before)
      await expect(swipe).toHaveAttribute('data-x', String(x))
      const box = (await line.boundingBox())!
      expect(Math.abs(box.x + box.width / 2 - cell.x - x)).toBeLessThan(1)
      expect(Math.abs(box.height - cell.height)).toBeLessThan(1)
    }
    // Dragged, it follows the pointer, not the turned picture.
    await page.mouse.move(cell.x + x, cell.y + 100)
    await page.mouse.down()
    await page.mouse.move(cell.x + x - 150, cell.y + 160, { steps: 3 })
    await page.mouse.up()
    await expect(swipe).toHaveAttribute('data-x', String(x - 150))
    await picture(page, 'swipe-turned')
    await page.keyboard.press('Shift+I')
    await page.keyboard.press('u')
    await expect(swipe).toHaveCount(0)

    await page.keyboard.press('v')
    await page.keyboard.press('4')
    const tools = page.getByTestId('compare-tools')
    await expect(tools.getByTestId('grid-bar')).toContainText('Each map on its own scale')
    await tools.getByLabel(/^Last cell/).click()
    await page.getByRole('option', { name: 'difference' }).click()
    const compared = page.getByTestId('compared-cell')
    await expect(compared).toHaveAttribute('data-state', 'here', { timeout: 30_000 })
    await expect(page.getByTestId('compared-figure')).toHaveText(/^mean size of the difference 0\.\d{3}$/)
    // Each of the three pictures can be read alone.
    for (const id of ['cell-0', 'cell-1', 'compared-cell']) {
      const cell = page.getByTestId(id)
      for (const letter of ['R', 'L', 'H', 'F']) await expect(cell.getByText(letter, { exact: true })).toBeVisible()
      await expect(cell.getByTestId('scale-bar')).toContainText('cm at the detector')
    }
    for (const id of ['cell-0', 'cell-1']) await expect(page.getByTestId(id).getByTestId('colour-bar')).toBeVisible()
    await picture(page, 'grid-difference')

    // Any two maps may be held against one another: the other way round the colours change their side.
    const overCompared = '[data-testid=compared-cell] [data-testid=overlay]'
    const title = compared.locator('b').first()
    await expect(title).toHaveText(/^Grad-CAM for .* minus Gradient for /)
    const oneWay = await inkOf(page, overCompared)
    const mean = await page.getByTestId('compared-figure').textContent()
    await tools.getByLabel(/^First: /).click()
    await page.getByRole('option', { name: /^Gradient for / }).click()
    await expect(title).toHaveText(/^Gradient for .* minus Grad-CAM for /)
    await expect(compared).toHaveAttribute('data-state', 'here', { timeout: 30_000 })
    await expect(page.getByTestId('compared-figure')).toHaveText(mean ?? '')
    await expect.poll(async () => (await inkOf(page, overCompared)).join() !== oneWay.join()).toBe(true)

    const png = await savedTwice(
      () => tools.getByRole('button', { name: 'Save as a figure…' }).click(),
      [firstGrid, secondGrid]
    )
    expect(await letteredPanels(png, 3)).toEqual([true, true, true])
    await tools.getByLabel(/^Last cell/).click()
    await page.getByRole('option', { name: 'similarity' }).click()
    await expect(page.getByTestId('compared-figure')).toHaveText(/^SSIM 0\.\d{3}$/)

    // Rows of scrambled layers: nothing is computed until it is asked for, and no place looks like an empty map.
    await tools.getByLabel(/^Rows/).click()
    await page.getByRole('option', { name: 'scrambled layers' }).click()
    await expect(page.getByTestId('missing-cell').first()).toContainText('Not computed yet')
    await expect(tools.getByRole('button', { name: /^Compute \d+ maps/ })).toBeVisible()
    await expect(tools.getByRole('button', { name: /^Compute \d+ maps, (about|less)/ })).toBeVisible({
      timeout: 45_000
    })
    const missing = await page.getByTestId('missing-cell').count()
    await page.getByTestId('missing-cell').first().getByRole('button').click()
    await expect(page.getByTestId('missing-cell')).toHaveCount(missing - 1, { timeout: 60_000 })
    await expect(page.getByText(/scrambled to/).first()).toBeVisible()
    await picture(page, 'grid-stages')
  })
})

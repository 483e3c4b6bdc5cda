import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { waitForSample } from './support/sample'
import { writeTinyNifti } from './support/tiny-nifti'
import { expect, picture, test } from './support/test'

const [COLUMNS, ROWS, SLICES] = [64, 48, 4]
const path = join(mkdtempSync(join(tmpdir(), 'saliscope-measure-')), 'grid.nii')

writeTinyNifti(path, {
  columns: COLUMNS,
  rows: ROWS,
  slices: SLICES,
  spacing: [1.5, 2, 4],
  voxels: Int16Array.from(
    { length: COLUMNS * ROWS * SLICES },
    (_, at) => 10 * (at % COLUMNS) + (Math.floor(at / COLUMNS) % ROWS)
  )
})

interface Spot {
  readonly x: number
  readonly y: number
}

/** Screen point of an image point in the fitted, upright cell: the whole image in the middle. */
async function screen(page: Page, { x, y }: Spot): Promise<Spot> {
  const box = (await page.getByTestId('cell-0').boundingBox())!
  const perMm = Math.min(box.width / (COLUMNS * 1.5), box.height / (ROWS * 2))

  return {
    x: box.x + box.width / 2 + (x - COLUMNS / 2) * 1.5 * perMm,
    y: box.y + box.height / 2 + (y - ROWS / 2) * 2 * perMm
  }
}

async function drag(page: Page, from: Spot, to: Spot): Promise<void> {
  const [a, b] = [await screen(page, from), await screen(page, to)]
  await page.mouse.move(a.x, a.y)
  await page.mouse.down()
  await page.mouse.move((a.x + b.x) / 2, (a.y + b.y) / 2)
  await page.mouse.move(b.x, b.y)
  await page.mouse.up()
}

async function letters(page: Page): Promise<string[]> {
  const box = (await page.getByTestId('viewport').boundingBox())!
  const places = await page
    .getByTestId('viewport')
    .locator('.letter')
    .evaluateAll((all) =>
      all.map((one) => {
        const { x, y, width, height } = one.getBoundingClientRect()

        return { letter: one.textContent ?? '', x: x + width / 2, y: y + height / 2 }
      })
    )
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const by = (order: (place: (typeof places)[number]) => number): string =>
    places.toSorted((a, b) => order(a) - order(b))[0].letter

  return [by(({ x }) => x - middle.x), by(({ x }) => -x), by(({ y }) => y), by(({ y }) => -y)]
}

test.use({ dialogs: { answers: [[path]] } })

test('lengths, angles and regions at known places have known values, are kept, and turn with the picture', async ({
  page
}) => {
  await waitForSample(page)
  await page.keyboard.press('Control+o')
  await expect(page.getByText(/^slice 3 of 4/)).toBeVisible()
  await page.getByTestId('viewport').focus()
  const list = page.getByTestId('measurements')

  await page.keyboard.press('Shift+U')
  await page.keyboard.press('1')
  // 20 columns of 1.5 mm and 20 rows of 2 mm: 3-4-5.
  await drag(page, { x: 10, y: 10 }, { x: 30, y: 30 })
  await expect(list.getByText('50.0 mm')).toBeVisible()

  await page.keyboard.press('Shift+U')
  await page.keyboard.press('2')
  await drag(page, { x: 40, y: 10 }, { x: 40, y: 30 })
  const last = await screen(page, { x: 50, y: 30 })
  await page.mouse.click(last.x, last.y)
  await expect(list.getByText('90.0°')).toBeVisible()

  await page.keyboard.press('Shift+U')
  await page.keyboard.press('4')
  // Just beyond the pixels' edges: columns 4 to 7, rows 2 to 3.
  await drag(page, { x: 4.02, y: 2.02 }, { x: 7.98, y: 3.98 })
  await expect(list.getByText('57.5', { exact: true })).toBeVisible()
  await expect(list.getByText('8 px')).toBeVisible()
  await expect(page.getByText('All saved')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')

  await list.getByLabel('Name of Length 1').fill('Long axis')
  await list.getByLabel('Name of Length 1').press('Enter')
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('ArrowUp')
  await expect(page.getByTestId('measure')).toHaveCount(0)
  await page.keyboard.press('ArrowDown')
  await expect(page.getByTestId('measure')).toHaveCount(3)

  expect(await letters(page)).toEqual(['R', 'L', 'A', 'P'])
  await page.keyboard.press('Shift+Z')
  await expect.poll(() => letters(page)).toEqual(['P', 'A', 'R', 'L'])
  await picture(page, 'measure-turned')
  // The tool follows the turned picture: a column of the image runs across the screen now.
  const box = (await page.getByTestId('cell-0').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const probe = page.getByTestId('probe')
  const before = await probe.innerText()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + 60)
  await expect(probe).not.toHaveText(before)
  await page.keyboard.press('Shift+J')
  await expect.poll(() => letters(page)).toEqual(['A', 'P', 'R', 'L'])
  await expect(page.getByText('mirrored, turned 270°')).toBeVisible()
  await page.keyboard.press('Shift+I')
  await expect.poll(() => letters(page)).toEqual(['R', 'L', 'A', 'P'])

  // Gone and back, and here again when the case is opened again.
  await list.getByRole('button', { name: 'Delete Angle 1' }).click()
  await expect(list.getByText('90.0°')).toHaveCount(0)
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('Shift+U')
  await page.keyboard.press('z')
  await expect(list.getByText('90.0°')).toBeVisible()
  await page.keyboard.press('Shift+N')
  await expect(list).toHaveCount(0)
  await page.keyboard.press('n')
  await expect(list.getByLabel('Name of Long axis')).toHaveValue('Long axis')
})

test('a length and an angle are measured by keys alone', async ({ page }) => {
  await waitForSample(page)
  await page.keyboard.press('Control+o')
  await expect(page.getByText(/^slice 3 of 4/)).toBeVisible()
  await page.getByTestId('viewport').focus()
  const list = page.getByTestId('measurements')

  await page.keyboard.press('Shift+Q')
  await expect(page.getByTestId('measure-cursor')).toBeVisible()
  await page.keyboard.press('Enter')
  // Twenty columns of 1.5 mm and twenty rows of 2 mm: 3-4-5.
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(`Shift+${key}`)
  await page.keyboard.press('Enter')
  await expect(list.getByText('50.0 mm')).toBeVisible()
  await expect(page.getByTestId('probe')).toContainText('564')

  await page.keyboard.press('Shift+U')
  await page.keyboard.press('2')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+ArrowUp')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Enter')
  await expect(list.getByText('90.0°')).toBeVisible()

  // Esc puts the cross away, and the arrow keys turn slices again.
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('measure-cursor')).toHaveCount(0)
  await page.keyboard.press('ArrowUp')
  await expect(page.getByText(/^slice 2 of 4/)).toBeVisible()
})

/** The printed figure's pixels at places of its one picture, 0…1 across and down, and how many of its pixels are as bright as ink below a place. */
async function printed(page: Page, places: readonly Spot[]): Promise<{ at: number[]; inkBelow: number }> {
  await page.evaluate(() => (window.print = () => undefined))
  await page.keyboard.press('Control+p')
  await expect(page.locator('.printed-figure canvas')).toHaveCount(1)
  const found = await page.locator('.printed-figure canvas').evaluate((canvas, shares) => {
    const figure = canvas as HTMLCanvasElement
    const pen = figure.getContext('2d')!
    // One square picture of 720 pixels: below the margin, the head and the title of the panel.
    const [left, top, side] = [16, 92, 720]
    const grey = (x: number, y: number, width: number, height: number): number[] => {
      const { data } = pen.getImageData(Math.round(left + x * side), Math.round(top + y * side), width, height)

      return Array.from({ length: data.length / 4 }, (_, at) => data[4 * at])
    }
    const lowest = shares.toSorted((a, b) => b.y - a.y)[0]

    return {
      at: shares.map(({ x, y }) => grey(x, y, 1, 1)[0]),
      inkBelow: grey(lowest.x - 20 / side, lowest.y + 6 / side, 40, 15).filter((value) => value > 140).length
    }
  }, places)
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))

  return found
}

test('what was measured stands in the printed figure as on the screen, turned along, unless it is left out', async ({
  page
}) => {
  await waitForSample(page)
  await page.keyboard.press('Control+o')
  await expect(page.getByText(/^slice 3 of 4/)).toBeVisible()
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('Shift+U')
  await page.keyboard.press('1')
  await drag(page, { x: 4, y: 8 }, { x: 24, y: 28 })
  await expect(page.getByTestId('measurements').getByText('50.0 mm')).toBeVisible()
  await page.keyboard.press('Escape')
  // The picture of 96 × 96 mm fills the cell one way.
  const onScreen = async (): Promise<Spot[]> => {
    const cell = (await page.getByTestId('cell-0').boundingBox())!
    const side = Math.min(cell.width, cell.height)
    const boxes = await page.locator('[data-testid="measures"] circle.end').evaluateAll((all) =>
      all.map((one) => {
        const { x, y, width, height } = one.getBoundingClientRect()

        return { x: x + width / 2, y: y + height / 2 }
      })
    )

    return boxes.map(({ x, y }) => ({
      x: (x - cell.x - cell.width / 2) / side + 0.5,
      y: (y - cell.y - cell.height / 2) / side + 0.5
    }))
  }

  const upright = await onScreen()
  expect(upright.map(({ x, y }) => [x, y].map((share) => Number(share.toFixed(2))))).toEqual([
    [0.06, 0.17],
    [0.38, 0.58]
  ])
  const seen = await printed(page, upright)
  expect(seen.at.every((value) => value > 200)).toBe(true)
  expect(seen.inkBelow).toBeGreaterThan(20)

  for (const keys of [['Shift+Z'], ['Shift+Z', 'Shift+J'], ['Shift+Y']]) {
    for (const key of keys) await page.keyboard.press(key)
    // The page turns the picture a moment after the key.
    await expect.poll(async () => (await printed(page, await onScreen())).at.every((value) => value > 200)).toBe(true)
  }
  await page.evaluate(() => (window.print = () => undefined))
  await page.keyboard.press('Control+p')
  await page.emulateMedia({ media: 'print' })
  await picture(page, 'measure-printed')
  await page.emulateMedia({ media: null })
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))

  const turned = await onScreen()
  await page.getByText('In printed and saved figures').click()
  const left = await printed(page, turned)
  expect(left.at.every((value) => value < 200)).toBe(true)
  expect(left.inkBelow).toBe(0)
  await picture(page, 'measure-left-out')
})

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { drag } from './support/drag'
import { imagePointer, storedDrawing } from './support/drawn-labelmap'
import { penStroke, touchScreen } from './support/pen'
import { inTriangle, openRead, pixelsOf } from './support/read-series'
import { writeTinyNifti } from './support/tiny-nifti'
import { expect, picture, test } from './support/test'

const series = join(mkdtempSync(join(tmpdir(), 'saliscope-tools-')), 'series.nii')
const [COLUMNS, ROWS, SLICES] = [64, 64, 24]
const SPACING = [1.5, 1.5, 4] as const
const { pixelsWhere, toWay } = pixelsOf({ columns: COLUMNS, rows: ROWS, spacing: SPACING })

/** A bright ball around (40, 24) on the slices 10 to 14; a bright half right of column 40 on the slices 0 to 5. */
const inBall = (i: number, j: number): boolean => (i - 40) ** 2 + (j - 24) ** 2 <= 81
const bright = (i: number, j: number, k: number): boolean => (k < 6 ? i >= 40 : k >= 10 && k <= 14 && inBall(i, j))
writeTinyNifti(series, {
  columns: COLUMNS,
  rows: ROWS,
  slices: SLICES,
  spacing: SPACING,
  voxels: Int16Array.from({ length: COLUMNS * ROWS * SLICES }, (_, index) => {
    const [i, j, k] = [index % COLUMNS, Math.floor(index / COLUMNS) % ROWS, Math.floor(index / (COLUMNS * ROWS))]

    return bright(i, j, k) ? 900 + (k < 6 ? 0 : i % 3) : 100
  })
})

const ballPixels = pixelsWhere((x, y) => inBall(x - 0.5, y - 0.5))
const middle = SLICES / 2

/** Goes to a slice, counted from 0, from the first one. */
async function goTo(page: Page, slice: number): Promise<void> {
  await page.keyboard.press('Home')
  for (let step = 0; step < slice; step++) await page.keyboard.press('ArrowDown')
  await expect(page.getByText(`slice ${slice + 1} of ${SLICES} `)).toBeVisible()
}

test.use({ dialogs: { answers: [[series]] } })

test('grow, value range, snap and fill between slices mark exactly the voxels of their rule', async ({
  page,
  running
}) => {
  await openRead(page)
  const { at } = await imagePointer(page)
  const stored = () => storedDrawing(page, running.userFolder)

  // The seed lies in the ball: the region is the ball, on all its slices and no other.
  await page.keyboard.press('g')
  await drag(page, [at(36.4, 22.6)])
  await expect(page.getByTestId('history')).toContainText('Grow')
  const grown = await stored()
  const segment = grown.segments[0].segment
  expect(grown.slices(segment)).toEqual([10, 11, 12, 13, 14])
  for (const slice of grown.slices(segment)) expect(grown.pixels(segment, slice)).toEqual(ballPixels)

  // A broad stroke over the ball marks what lies in the range, in a segment of its own.
  await page.keyboard.press('Shift+A')
  await page.keyboard.type('Core')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('segment')).toHaveCount(2)
  await page.keyboard.press('b')
  await page.keyboard.press('Shift+T')
  await page.getByLabel('From', { exact: true }).fill('850')
  await page.getByLabel('to', { exact: true }).fill('901')
  await page.keyboard.press('Enter')
  await page.getByTestId('read-viewport').focus()
  const way = [at(30.2, 20.4), at(46.7, 26.3)]
  await drag(page, way)
  const ranged = await stored()
  const second = ranged.segments[1].segment
  const value = (x: number): number => 900 + (Math.floor(x) % 3)
  expect(ranged.pixels(second, middle)).toEqual(
    pixelsWhere((x, y) => toWay(x, y, way) <= 3 && inBall(x - 0.5, y - 0.5) && value(x) <= 901)
  )
  await page.keyboard.press('Shift+T')

  // Two corners near the edge go to the middle of the pixel left of it; the third has no edge near by and stays.
  await goTo(page, 2)
  await page.keyboard.press('Shift+W')
  await page.keyboard.press('p')
  const clicked = [at(38.2, 10.3), at(38.6, 30.7), at(20.3, 20.2)]
  for (const { screen } of clicked) await page.mouse.click(...screen)
  await page.keyboard.press('Enter')
  const corners = [{ x: 39.5, y: 10.5 }, { x: 39.5, y: 30.5 }, clicked[2]]
  expect((await stored()).pixels(second, 2)).toEqual(pixelsWhere(inTriangle(corners)))
  await page.keyboard.press('Shift+W')

  // The same rectangle on two slices: what lies between them is the same rectangle again, and nothing beyond.
  await page.keyboard.press('Shift+A')
  await page.keyboard.type('Tube')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('segment')).toHaveCount(3)
  const [from, to] = [at(8.3, 40.6), at(19.4, 52.2)]
  for (const slice of [17, 21]) {
    await goTo(page, slice)
    await page.keyboard.press('Shift+D')
    await drag(page, [from, to])
  }
  await page.keyboard.press('Shift+G')
  await expect(page.getByTestId('history')).toContainText('Fill between slices')
  const filled = await stored()
  const tube = filled.segments[2].segment
  expect(filled.slices(tube)).toEqual([17, 18, 19, 20, 21])
  const rectangle = pixelsWhere((x, y) => x >= from.x && x < to.x && y >= from.y && y < to.y)
  for (const slice of filled.slices(tube)) expect(filled.pixels(tube, slice)).toEqual(rectangle)
  await picture(page, 'read-tools')
})

test('a pen draws and takes away with barrel and eraser end, a palm does nothing, two fingers move and zoom', async ({
  page,
  running
}) => {
  await openRead(page)
  const viewport = page.getByTestId('read-viewport')
  const { at } = await imagePointer(page)
  const stored = () => storedDrawing(page, running.userFolder)
  const window = (): Promise<string> => page.getByText(/^W /).first().innerText()
  const [greys, placed] = [await window(), await viewport.getAttribute('data-placement')]
  const { touch } = await touchScreen(page)

  // One finger draws as long as no pen was seen; the second finger takes the stroke back.
  const finger = [at(10.4, 50.3), at(20.2, 52.6)]
  await touch('touchStart', [{ at: finger[0].screen }])
  await touch('touchMove', [{ at: finger[1].screen }])
  await touch('touchEnd', [])
  await expect(page.getByTestId('segment')).toHaveCount(1)
  const touched = await stored()
  const segment = touched.segments[0].segment
  const byFinger = pixelsWhere((x, y) => toWay(x, y, finger) <= 3)
  expect(touched.pixels(segment, middle)).toEqual(byFinger)

  await touch('touchStart', [{ at: at(40, 40).screen }])
  await touch('touchStart', [{ at: at(40, 40).screen }, { at: at(50, 40).screen }])
  const [one, other] = [at(40, 40).screen, at(50, 40).screen]
  const apart = other[0] - one[0]
  // Both fingers go right by 40 and apart to twice the distance: the place between them moves by 40 and grows by two.
  await touch('touchMove', [{ at: [one[0] + 40 - apart / 2, one[1]] }, { at: [other[0] + 40 + apart / 2, other[1]] }])
  await touch('touchEnd', [])
  const before = JSON.parse(placed!) as Record<'scaleX' | 'offsetX', number>
  const after = JSON.parse((await viewport.getAttribute('data-placement'))!) as typeof before
  expect(after.scaleX / before.scaleX).toBeCloseTo(2, 1)
  const box = (await viewport.boundingBox())!
  const between = (one[0] + other[0]) / 2 - box.x
  expect(after.offsetX + ((between - before.offsetX) / before.scaleX) * after.scaleX).toBeCloseTo(between + 40, 0)
  expect((await stored()).pixels(segment, middle)).toEqual(byFinger)
  await page.keyboard.press('f')
  await expect.poll(() => viewport.getAttribute('data-placement')).toBe(placed)

  // A pen: the tip draws, the barrel button and the eraser end take away, whatever the tool is.
  const stroke = [at(10.3, 12.4), at(30.6, 14.2)]
  await penStroke(
    page,
    stroke.map(({ screen }) => screen),
    'tip'
  )
  const drawn = pixelsWhere((x, y) => toWay(x, y, stroke) <= 3 || toWay(x, y, finger) <= 3)
  expect((await stored()).pixels(segment, middle)).toEqual(drawn)
  const barrel = [at(14.2, 8.3), at(14.2, 18.4)]
  await penStroke(
    page,
    barrel.map(({ screen }) => screen),
    'barrel'
  )
  const eraser = [at(24.6, 8.3), at(24.6, 18.4)]
  await penStroke(
    page,
    eraser.map(({ screen }) => screen),
    'eraser'
  )
  const left = drawn.filter((index) => {
    const [x, y] = [(index % COLUMNS) + 0.5, Math.floor(index / COLUMNS) + 0.5]

    return toWay(x, y, barrel) > 3 && toWay(x, y, eraser) > 3
  })
  const erased = await stored()
  expect(erased.pixels(segment, middle)).toEqual(left)
  expect(erased.names.slice(-2)).toEqual(['Eraser, slice 13', 'Eraser, slice 13'])

  // After the pen a finger does not draw, and a palm never did; neither changes grey values or the place of the image.
  for (const radius of [8, 45]) {
    await touch('touchStart', [{ at: at(20, 30).screen, radius }])
    await touch('touchMove', [{ at: at(35, 45).screen, radius }])
    await touch('touchEnd', [])
  }
  const kept = await stored()
  expect(kept.names).toEqual(erased.names)
  expect([await window(), await viewport.getAttribute('data-placement')]).toEqual([greys, placed])
})

test('another profile sees its own drawing at once, and the first one its own again', async ({ page, running }) => {
  await openRead(page)
  const { at } = await imagePointer(page)
  await drag(page, [at(20.4, 20.6), at(30.2, 20.6)])
  await expect(page.getByTestId('segment')).toHaveCount(1)
  const mine = await storedDrawing(page, running.userFolder)
  const own = await page.getByTestId('read-viewport').getAttribute('data-drawing')

  const profile = (name: string) => page.getByRole('button', { name: `Profile: ${name}. Switch…` })
  const picker = page.getByRole('dialog', { name: 'Who is working here?' })
  await profile('Reader 1').click()
  await picker.getByRole('button', { name: 'Add a profile…' }).click()
  await picker.getByLabel('Name or pseudonym').fill('Reader 2')
  await picker.getByRole('button', { name: 'Add profile' }).click()
  await picker.getByRole('button', { name: /^Reader 2/ }).click()
  await expect(profile('Reader 2')).toBeVisible()
  await expect(page.getByTestId('segment')).toHaveCount(0)
  await expect(page.getByTestId('history')).toHaveCount(0)
  // Their drawing is open, not only mine closed: what is drawn before that is drawn nowhere.
  await expect(page.getByTestId('read-viewport')).toHaveAttribute('data-drawing', new RegExp(`^(?!${own}$).+`, 'u'))
  await drag(page, [at(40.4, 40.6)])
  await expect(page.getByTestId('segment')).toHaveCount(1)
  const theirs = await storedDrawing(page, running.userFolder)
  const dab = at(40.4, 40.6)
  expect(theirs.pixels(theirs.segments[0].segment, middle)).toEqual(pixelsWhere((x, y) => toWay(x, y, [dab]) <= 3))

  await profile('Reader 2').click()
  await picker.getByRole('button', { name: /^Reader 1/ }).click()
  await expect(profile('Reader 1')).toBeVisible()
  await expect(page.getByTestId('segment')).toHaveCount(1)
  const again = await storedDrawing(page, running.userFolder)
  expect(again.pixels(again.segments[0].segment, middle)).toEqual(mine.pixels(mine.segments[0].segment, middle))
})

test('a switch and a size that the tool in the hand does not heed say so', async ({ page }) => {
  await openRead(page)
  const said = page.getByRole('contentinfo')
  const tools = page.getByRole('region', { name: 'Tools' })
  await page.keyboard.press('r')
  await page.keyboard.press('Shift+T')
  await expect(said).toContainText(
    'The value range is on. It changes nothing for Box: every tool that marks pixels heeds it.'
  )
  await picture(page, 'read-range-of-a-box')
  await page.keyboard.press('\\')
  await expect(said).toContainText('Adaptive is on. It changes nothing for Box: the brush and the ball heed it.')
  await page.keyboard.press(']')
  await expect(said).toContainText('The brush is 7.5 mm now. Box has no size.')
  // Corners of a box snap, so the switch is there.
  await page.keyboard.press('Shift+W')
  await expect(tools.getByRole('checkbox', { name: /^Snap to edges/ })).toBeChecked()
  await page.keyboard.press('b')
  for (const name of [/^Value range/, /^Adaptive/]) await expect(tools.getByRole('checkbox', { name })).toBeChecked()
  await expect(said).not.toContainText('Box')
})

test('labels of findings that lie near each other stand apart and inside the picture', async ({ page }) => {
  await openRead(page)
  const { at } = await imagePointer(page)
  const segments = page.getByTestId('segment')
  await page.keyboard.press('o')
  await drag(page, [at(20, 30), at(28, 40)])
  await expect(segments).toHaveCount(1)
  for (const [name, x, y, count] of [
    ['Second finding', 29, 31, 2],
    ['Third finding', 24, 54, 3]
  ] as const) {
    await page.getByTestId('read-viewport').focus()
    await page.keyboard.press('Shift+A')
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
    await expect(segments).toHaveCount(count)
    await page.getByTestId('read-viewport').focus()
    await page.keyboard.press('o')
    await drag(page, [at(x, y), at(x + 8, y + 9.9)])
  }
  await page.keyboard.press('r')
  await drag(page, [at(30, 0), at(40, 6)])
  await drag(page, [at(33, 1), at(43, 7)])
  await expect(page.getByTestId('box')).toHaveCount(2)
  await picture(page, 'read-labels')
})

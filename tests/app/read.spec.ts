import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessibilityFindings } from './support/accessibility'
import { drag } from './support/drag'
import { imagePointer, storedDrawing } from './support/drawn-labelmap'
import { inTriangle, openRead, pixelsOf } from './support/read-series'
import { waitForSample } from './support/sample'
import { writeTinyNifti } from './support/tiny-nifti'
import { expect, picture, test } from './support/test'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-read-'))
const series = join(folder, 'series.nii')
const [COLUMNS, ROWS, SLICES] = [64, 64, 24]
const SPACING = [1.5, 1.5, 4] as const

const { pixelsWhere, toWay } = pixelsOf({ columns: COLUMNS, rows: ROWS, spacing: SPACING })

/** Rows and columns of the embedded radiographs. */
const SAMPLE_SIZE = [128, 128] as const

/** A bright ball of 9 pixels across around (40, 24) of the slices 10 to 14 on a dark ground. */
const inBall = (i: number, j: number, k: number): boolean => (i - 40) ** 2 + (j - 24) ** 2 <= 81 && k >= 10 && k <= 14
writeTinyNifti(series, {
  columns: COLUMNS,
  rows: ROWS,
  slices: SLICES,
  spacing: SPACING,
  voxels: Int16Array.from({ length: COLUMNS * ROWS * SLICES }, (_, index) => {
    const [i, j, k] = [index % COLUMNS, Math.floor(index / COLUMNS) % ROWS, Math.floor(index / (COLUMNS * ROWS))]

    return inBall(i, j, k) ? 900 + (i % 3) : 100 + (j % 3)
  })
})

test.describe('a series', () => {
  test.use({ dialogs: { answers: [[series]] } })

  test('brush, ball, eraser and shapes mark the voxels of their rule, and undo takes them back', async ({
    page,
    running
  }) => {
    await openRead(page)
    const { at } = await imagePointer(page)
    const stored = () => storedDrawing(page, running.userFolder)
    const middle = SLICES / 2

    // Brush of 6 mm along two ways; the first stroke makes the segment.
    const way = [at(10.4, 12.3), at(20.2, 14.6), at(22.7, 25.1)]
    await drag(page, way)
    await expect(page.getByTestId('segment')).toHaveCount(1)
    const brushed = await stored()
    const segment = brushed.segments[0].segment
    expect(brushed.pixels(segment, middle)).toEqual(pixelsWhere((x, y) => toWay(x, y, way) <= 3))
    expect(brushed.slices(segment)).toEqual([middle])

    // The eraser takes away, on the same rule.
    await page.keyboard.press('e')
    const rubbed = [at(20.3, 8.2), at(20.3, 18.7)]
    await drag(page, rubbed)
    const erased = await stored()
    const left = pixelsWhere((x, y) => toWay(x, y, way) <= 3 && toWay(x, y, rubbed) > 3)
    expect(erased.pixels(segment, middle)).toEqual(left)

    // Undo and redo, by name.
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await stored()).cursor).toBe(2)
    expect((await stored()).pixels(segment, middle)).toEqual(brushed.pixels(segment, middle))
    await expect(page.getByTestId('history')).toContainText('Eraser, slice 13')
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(async () => (await stored()).cursor).toBe(3)
    expect((await stored()).pixels(segment, middle)).toEqual(left)

    // A ball of 18 mm in a segment of its own reaches two slices of 4 mm to both sides.
    await page.keyboard.press('Shift+A')
    await page.keyboard.type('Nodule')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('segment')).toHaveCount(2)
    await page.keyboard.press('Shift+B')
    for (let press = 0; press < 5; press++) await page.keyboard.press(']')
    const spot = at(44.4, 40.6)
    await drag(page, [spot])
    const balled = await stored()
    const ball = balled.segments[1].segment
    // [ and ] go by a quarter, three digits are kept: what the panel says is what is drawn.
    await expect(page.getByText('18.3 mm')).toBeVisible()
    const radius = 18.3 / 2
    for (const slice of [middle - 3, middle - 2, middle - 1, middle, middle + 1, middle + 2, middle + 3]) {
      const away = (slice - middle) * SPACING[2]
      expect(balled.pixels(ball, slice), `slice ${slice}`).toEqual(
        pixelsWhere((x, y) => Math.hypot((x - spot.x) * SPACING[0], (y - spot.y) * SPACING[1], away) <= radius)
      )
    }
    await expect(page.getByTestId('history')).toContainText('Ball (3-D), 5 slices')

    // Rectangle, ellipse, freehand and polygon on a slice of their own each.
    await page.keyboard.press('PageDown')
    await page.keyboard.press('Shift+D')
    const [from, to] = [at(6.2, 50.7), at(17.6, 41.4)]
    await drag(page, [from, to])
    const shapes = await stored()
    const shapeSlice = Math.min(SLICES - 1, middle + 10)
    expect(shapes.pixels(ball, shapeSlice)).toEqual(
      pixelsWhere((x, y) => x >= from.x && x < to.x && y >= to.y && y < from.y)
    )

    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('o')
    await drag(page, [from, to])
    const [cx, cy, rx, ry] = [(from.x + to.x) / 2, (from.y + to.y) / 2, (to.x - from.x) / 2, (from.y - to.y) / 2]
    expect((await stored()).pixels(ball, shapeSlice - 1)).toEqual(
      pixelsWhere((x, y) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1)
    )

    const corners = [at(30.2, 30.6), at(50.7, 34.3), at(36.4, 52.8)]
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('p')
    for (const { screen } of corners) await page.mouse.click(...screen)
    await page.keyboard.press('Enter')
    expect((await stored()).pixels(ball, shapeSlice - 2)).toEqual(pixelsWhere(inTriangle(corners)))
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('d')
    await drag(page, corners)
    expect((await stored()).pixels(ball, shapeSlice - 3)).toEqual(pixelsWhere(inTriangle(corners)))

    // A box is kept as a box on whole pixel edges, and marks nothing.
    await page.keyboard.press('r')
    const before = (await stored()).pixels(ball, shapeSlice - 3)
    await drag(page, [from, to])
    await expect(page.getByTestId('box')).toHaveCount(1)
    const boxed = await stored()
    expect(boxed.segments[1].boxes).toEqual([
      { slice: shapeSlice - 3, box: [Math.round(from.x), Math.round(to.y), Math.round(to.x), Math.round(from.y)] }
    ])
    expect(boxed.pixels(ball, shapeSlice - 3)).toEqual(before)
    await picture(page, 'read-series')
    expect(await accessibilityFindings(page)).toEqual([])
  })
})

test('a case is outlined, answered and left by keys alone, and its outline is a reference mask', async ({
  page,
  running
}) => {
  await waitForSample(page)
  await page.keyboard.press('Control+3')
  const viewport = page.getByTestId('read-viewport')
  await expect(viewport).toHaveAttribute('data-drawing', /.+/)
  await expect(viewport).toHaveAttribute('data-placement', /scaleX/)

  // Without an answer the case is not left.
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('alert').getByText('Draw an outline or press 0 for no finding.')).toBeVisible()

  // A square of 20 × 10 pixels from the middle, corners on pixel centres.
  await page.keyboard.press('p')
  await page.keyboard.press('Shift+Q')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+ArrowLeft')
  for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('segment')).toHaveCount(1)
  await expect(page.getByTestId('segment-size')).toHaveText(/cm²$/)
  await page.keyboard.press('Shift+Q')
  const stored = await storedDrawing(page, running.userFolder)
  const pixels = stored.pixels(stored.segments[0].segment, 0)
  expect(pixels.length).toBe(200)
  const [rows, columns] = SAMPLE_SIZE
  const first = Math.floor(rows / 2) * columns + Math.floor(columns / 2)
  expect(pixels).toEqual(
    Array.from({ length: 200 }, (_, index) => first + Math.floor(index / 20) * columns + (index % 20))
  )

  // The finding is named from the dictionary, with its code.
  await page.keyboard.press('F2')
  await page.keyboard.type('mass')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('segment')).toContainText('Mass')
  await expect(page.getByTestId('segment')).toContainText('SCT 4147007')
  await expect(page.getByLabel('Which finding is this?')).toBeHidden()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('alert').getByText('Say how sure you are')).toBeVisible()
  await page.keyboard.press('Shift+4')
  await page.keyboard.press('Control+m')
  await expect(page.getByRole('button', { name: 'Flagged' })).toBeVisible()
  await picture(page, 'read-radiograph')
  expect(await accessibilityFindings(page)).toEqual([])
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/^case 2 of \d+$/)).toBeVisible()
  await expect(page.getByTestId('segment')).toHaveCount(0)
  // Said as long as it is true: on the case that came after, before anything is drawn there.
  const kept = page.getByText('Case 1 kept. Ctrl+Z to go back.')
  await expect(kept).toBeVisible()
  await page.keyboard.press('Shift+N')
  await expect(page.getByTestId('segment')).toHaveCount(1)
  await expect(kept).toHaveCount(0)
  await expect(page.getByText('done', { exact: true })).toBeVisible()

  // View shows it as an outline of the case.
  await page.keyboard.press('Control+2')
  await expect(page.getByText(/Reader 1 · /).first()).toBeVisible()
})

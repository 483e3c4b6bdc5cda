import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import {
  blended,
  colourTable,
  nearestRow,
  readPixels,
  readRow,
  worstDifference,
  type Colour,
  type PixelPair
} from './support/pixels'
import { writeTinyNifti } from './support/tiny-nifti'
import { expect, picture, test } from './support/test'

/** Two steps of 255: the window's own canvas keeps colours multiplied by α in 8 bits. */
const TOLERANCE = 2
/** A colour tells the value to half a step of its table; a graded α then is known to 1/125 of the opacity. */
const GRADED_TOLERANCE = 4

const folder = mkdtempSync(join(tmpdir(), 'saliscope-overlay-'))
const stretched = join(folder, 'stretched.nii')

/** A small image whose pixels are four times as tall as wide, with texture everywhere. */
writeTinyNifti(stretched, {
  columns: 96,
  rows: 48,
  slices: 1,
  spacing: [0.5, 2, 1],
  voxels: Int16Array.from({ length: 96 * 48 }, (_, i) => 2048 + ((i * 7919) % 1999) - 1000)
})

async function focusImage(page: Page): Promise<void> {
  await page.getByTestId('viewport').focus()
}

async function press(page: Page, key: string, times = 1): Promise<void> {
  for (let time = 0; time < times; time++) await page.keyboard.press(key)
}

/** Opacity from 50 % to one of the tested steps and back, by the keys of the image. */
async function withOpacity(page: Page, percent: number, read: () => Promise<PixelPair[]>): Promise<PixelPair[]> {
  const steps = Math.round((percent - 50) / 5)
  await press(page, steps > 0 ? '.' : ',', Math.abs(steps))
  await expect(page.getByRole('slider', { name: 'Opacity' })).toHaveAttribute('aria-valuetext', `${percent} %`)
  await page.waitForTimeout(100)
  const pixels = await read()
  await press(page, steps > 0 ? ',' : '.', Math.abs(steps))

  return pixels
}

async function choose(page: Page, list: string, option: string | RegExp): Promise<void> {
  await page.getByLabel(list, { exact: true }).click()
  await page.getByRole('option', { name: option }).click()
  await focusImage(page)
}

/** Every voxel as a square, so that each pixel of the window belongs to one value. */
async function magnify(page: Page): Promise<void> {
  await focusImage(page)
  await press(page, 'Control+=', 5)
  await expect(page.getByText('not smoothed')).toBeVisible()
}

const lattice = (page: Page): Promise<PixelPair[]> => readPixels(page, 13)

/** What lies over the image at full opacity, without a threshold: the colours alone, which tell the values. */
async function readColours(page: Page, table: ReturnType<typeof colourTable>): Promise<Map<string, number>> {
  const solid = await withOpacity(page, 100, () => lattice(page))
  const rows = new Map<string, number>()
  const strangers: string[] = []
  for (const { x, y, grey, blended: colour } of solid) {
    const nearest = nearestRow(table, colour)
    // Points beside the image hold nothing.
    if (worstDifference(colour, grey) === 0 && nearest.distance > 0) continue
    if (nearest.distance > 1) strangers.push(`${colour.join()} at ${x}, ${y}`)
    rows.set(`${x} ${y}`, nearest.row)
  }
  expect(strangers, 'colours that are not of the colour map').toEqual([])

  return rows
}

/** All four opacities against the formula, point by point; returns how many points were compared. */
async function compareAll(
  page: Page,
  rows: Map<string, number>,
  formula: (row: number, opacity: number) => { alpha: number; colour: Colour; tolerance?: number }
): Promise<number> {
  let compared = 0
  const wrong: string[] = []
  for (const percent of [0, 30, 50, 100]) {
    for (const { x, y, grey, blended: shown } of await withOpacity(page, percent, () => lattice(page))) {
      const row = rows.get(`${x} ${y}`)
      if (row === undefined) continue
      const { alpha, colour, tolerance = TOLERANCE } = formula(row, percent / 100)
      const expected = blended(grey, colour, alpha)
      if (worstDifference(shown, expected) > tolerance) {
        wrong.push(`${percent} %, row ${row} at ${x}, ${y}: ${shown.join()} instead of ${expected.join()}`)
      }
      compared++
    }
  }
  expect(wrong.slice(0, 10), 'pixels that differ from the formula').toEqual([])

  return compared
}

test('the window blends the map as the formula says: even, graded, signed', async ({ page }) => {
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  await magnify(page)
  await choose(page, 'Blending: Graded', /Even/)
  await press(page, '-', 4)
  await expect(page.getByRole('slider', { name: 'Hide below' })).toHaveAttribute('aria-valuetext', '0')

  const inferno = colourTable('inferno')
  const rows = await readColours(page, inferno)
  expect(new Set(rows.values()).size).toBeGreaterThan(20)

  const even = await compareAll(page, rows, (row, opacity) => ({ alpha: opacity, colour: inferno[row] }))
  expect(even).toBeGreaterThan(2000)

  await choose(page, 'Blending: Even', /Graded/)
  await press(page, '=', 4)
  await expect(page.getByRole('slider', { name: 'Hide below' })).toHaveAttribute('aria-valuetext', '0.20')
  const graded = await compareAll(page, rows, (row, opacity) => ({
    alpha: opacity * Math.min(1, Math.max(0, (row / 255 - 0.2) / 0.25)),
    colour: inferno[row],
    tolerance: GRADED_TOLERANCE
  }))
  expect(graded).toBeGreaterThan(2000)
  await picture(page, 'overlay-squares')

  await choose(page, 'Blending: Graded', /Even/)
  await press(page, '-', 4)
  await choose(page, 'Values: size', /signed/)
  await expect(page.getByTestId('colour-bar').getByText('−1.0')).toBeVisible()
  const signed = colourTable('orange-blue')
  const signedRows = await readColours(page, signed)
  const all = await compareAll(page, signedRows, (row, opacity) => ({ alpha: opacity, colour: signed[row] }))
  expect(all).toBeGreaterThan(2000)
})

test('the threshold hides what lies below it', async ({ page }) => {
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  await magnify(page)
  await choose(page, 'Blending: Graded', /Even/)
  await press(page, '-', 4)
  const rows = await readColours(page, colourTable('inferno'))
  await press(page, '=', 10)
  await expect(page.getByRole('slider', { name: 'Hide below' })).toHaveAttribute('aria-valuetext', '0.50')

  const shown = await lattice(page)
  const hidden = shown.filter(({ x, y }) => (rows.get(`${x} ${y}`) ?? 0) < 127)
  const left = shown.filter(({ x, y }) => (rows.get(`${x} ${y}`) ?? 0) > 129)

  expect(hidden.length).toBeGreaterThan(50)
  expect(left.length).toBeGreaterThan(50)
  expect(hidden.filter(({ grey, blended: colour }) => worstDifference(grey, colour) > 0)).toEqual([])
  expect(left.filter(({ grey, blended: colour }) => worstDifference(grey, colour) === 0)).toEqual([])
})

test('Space shows the bare image while it is held, and switches the map when it is tapped', async ({ page }) => {
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  await focusImage(page)
  const coloured = async (): Promise<number> =>
    (await lattice(page)).filter(({ grey, blended: colour }) => worstDifference(grey, colour) > 0).length

  const before = await coloured()
  expect(before).toBeGreaterThan(50)

  await page.keyboard.down('Space')
  await expect.poll(coloured).toBe(0)
  await page.waitForTimeout(300)
  await page.keyboard.up('Space')
  await expect.poll(coloured).toBe(before)

  await page.keyboard.press('Space')
  await expect.poll(coloured).toBe(0)
})

/** Every picture of the grey image with the one of the map that lay over it, while a key zooms step by step: before each frame and after it. */
async function picturesWhileZooming(page: Page, steps: number): Promise<{ grey: string; overlay: string }[]> {
  return page.evaluate(async (count) => {
    const cell = document.querySelector('[data-testid=cell-0]')!
    const viewport = document.querySelector('[data-testid=viewport]')!
    const hash = (selector: string): string => {
      const canvas = cell.querySelector<HTMLCanvasElement>(selector)!
      const scratch = document.createElement('canvas')
      scratch.width = canvas.width
      scratch.height = 40
      const pen = scratch.getContext('2d', { willReadFrequently: true })!
      pen.drawImage(canvas, 0, -Math.round(canvas.height / 2))
      let sum = 0
      for (const value of pen.getImageData(0, 0, scratch.width, 40).data) sum = (sum * 31 + value) | 0

      return `${canvas.width} ${canvas.height} ${sum}`
    }
    const seen: { grey: string; overlay: string }[] = []
    const look = (): void => {
      seen.push({ grey: hash('[data-testid=grey-stage] canvas'), overlay: hash('[data-testid=overlay]') })
    }
    const frame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done))
    for (let step = 0; step < count; step++) {
      viewport.dispatchEvent(
        new KeyboardEvent('keydown', { key: '=', code: 'Equal', ctrlKey: true, bubbles: true, cancelable: true })
      )
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
      look()
      for (let turn = 0; turn < 4; turn++) {
        await frame()
        await Promise.resolve()
      }
      look()
    }

    return seen
  }, steps)
}

test.describe('an image with tall pixels', () => {
  test.use({ dialogs: { answers: [[stretched]] } })

  test('map and image lie on each other, and the grey values are those of the window', async ({ page }) => {
    await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
    await page.keyboard.press('Control+o')
    await expect(page.getByRole('heading', { name: /stretched/ })).toBeVisible()
    await page.keyboard.press('a')
    await page.getByRole('dialog').getByLabel('Random map').check()
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
    await page
      .getByRole('listitem')
      .getByRole('button', { name: /^Random map/ })
      .click()
    await choose(page, 'Blending: Graded', /Even/)
    await press(page, '-', 4)
    await focusImage(page)
    // The map changes in the frame in which the image does: one picture of the image never carries two of the map.
    const pictures = await picturesWhileZooming(page, 5)
    const over = new Map<string, Set<string>>()
    for (const { grey, overlay } of pictures) over.set(grey, (over.get(grey) ?? new Set()).add(overlay))
    expect(over.size).toBeGreaterThan(4)
    expect([...over.values()].filter((maps) => maps.size > 1)).toEqual([])
    await expect(page.getByText('not smoothed')).toBeVisible()

    const edges = (row: number[]): number[] =>
      row.flatMap((value, x) => (x > 0 && Math.abs(value - row[x - 1]) > 3 ? [x] : []))
    const { grey, overlay } = await withMiddleRow(page)
    const greyEdges = edges(grey)
    const overlayEdges = edges(overlay)

    expect(overlayEdges.length).toBeGreaterThan(5)
    for (const edge of overlayEdges) {
      const nearest = Math.min(...greyEdges.map((other) => Math.abs(other - edge)))
      expect(nearest, `the map's edge at ${edge} lies on an edge of the image`).toBeLessThanOrEqual(1)
    }
    await checkProbe(page)
  })
})

async function withMiddleRow(page: Page): Promise<{ grey: number[]; overlay: number[] }> {
  const box = await page.getByTestId('cell-0').boundingBox()

  return readRow(page, Math.round((box?.height ?? 600) / 2) + 3)
}

/** The probe's grey value through the window in the corner is the grey on the screen. */
async function checkProbe(page: Page): Promise<void> {
  const box = (await page.getByTestId('cell-0').boundingBox())!
  const [width, level] = /W (\d+)\s+L (\d+)/u
    .exec(await page.getByRole('button', { name: /^Window: / }).innerText())!
    .slice(1)
    .map(Number)

  for (const [x, y] of [
    [0.4, 0.4],
    [0.55, 0.5],
    [0.6, 0.35]
  ]) {
    const at = { x: Math.round(box.width * x), y: Math.round(box.height * y) }
    await page.mouse.move(box.x + at.x, box.y + at.y)
    const words = await page.getByTestId('probe').innerText()
    const value = Number(/Image (-?\d+)/u.exec(words)![1])
    const { grey } = await readRow(page, at.y)
    const expected = 255 * Math.min(1, Math.max(0, (value - (level - width / 2)) / width))

    expect(Math.abs(grey[at.x] - expected), words).toBeLessThanOrEqual(2)
  }
}

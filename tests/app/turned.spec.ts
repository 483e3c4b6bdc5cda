import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { storedDrawing } from './support/drawn-labelmap'
import { openRead, pixelsOf } from './support/read-series'
import { writeTinyNifti } from './support/tiny-nifti'
import { expect, picture, test } from './support/test'

/** A NIfTI file as most are stored: left of the patient on the left, the back at the top, until a viewer turns it. */
const folder = mkdtempSync(join(tmpdir(), 'saliscope-turned-'))
const path = join(folder, 'series.nii')
const [COLUMNS, ROWS, SLICES] = [48, 40, 6]
const SPACING = [2, 2, 4] as const
/** The only bright voxels: near the patient's right (high columns) and front (high rows). */
const bright = { column: 38.5, row: 32.5 }

writeTinyNifti(path, {
  columns: COLUMNS,
  rows: ROWS,
  slices: SLICES,
  spacing: SPACING,
  ras: true,
  voxels: Int16Array.from({ length: COLUMNS * ROWS * SLICES }, (_, at) => {
    const [i, j] = [at % COLUMNS, Math.floor(at / COLUMNS) % ROWS]

    return Math.abs(i + 0.5 - bright.column) < 3 && Math.abs(j + 0.5 - bright.row) < 3 ? 1000 : 0
  })
})

test.use({ dialogs: { answers: [[path]] } })
test.afterAll(() => rmSync(folder, { recursive: true }))

const viewport = (page: Page) => page.getByTestId('read-viewport')

/** The grey of the screen at a place of the viewport. */
async function greyAt(page: Page, x: number, y: number): Promise<number> {
  const png = await page.screenshot({ clip: { x: x - 2, y: y - 2, width: 4, height: 4 } })

  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!
    context.drawImage(bitmap, 0, 0)

    return context.getImageData(1, 1, 1, 1).data[0]
  }, png.toString('base64'))
}

/** The letter at an edge of the image, by where it stands. */
async function letters(page: Page): Promise<string> {
  const box = (await viewport(page).boundingBox())!
  const places = await viewport(page)
    .locator('.letter')
    .evaluateAll((all) =>
      all.map((one) => {
        const { x, y, width, height } = one.getBoundingClientRect()

        return { letter: one.textContent ?? '', x: x + width / 2, y: y + height / 2 }
      })
    )
  const first = (by: (place: (typeof places)[number]) => number): string =>
    places.toSorted((one, other) => by(one) - by(other))[0]?.letter ?? ''

  expect(places.every(({ x, y }) => x > box.x && y > box.y)).toBe(true)

  return `${first(({ x }) => x)}${first(({ x }) => -x)} ${first(({ y }) => y)}${first(({ y }) => -y)}`
}

test('a volume is read the usual way round; letters, image and brush turn together', async ({ page, running }) => {
  await openRead(page)
  expect(await letters(page)).toBe('RL AP')
  await expect(viewport(page)).toHaveAttribute('data-placement', /scaleX/)
  const box = (await viewport(page).boundingBox())!
  const placement = JSON.parse((await viewport(page).getAttribute('data-placement'))!) as Record<
    'scaleX' | 'scaleY' | 'offsetX' | 'offsetY',
    number
  >
  const stored = {
    x: placement.offsetX + bright.column * placement.scaleX,
    y: placement.offsetY + bright.row * placement.scaleY
  }
  // Turned by half: the voxel near the patient's right and front lies at the top left.
  const turned = { x: Math.round(box.x + box.width - stored.x), y: Math.round(box.y + box.height - stored.y) }
  await expect.poll(() => greyAt(page, turned.x, turned.y)).toBeGreaterThan(200)

  await page.mouse.click(turned.x, turned.y)
  const drawn = await storedDrawing(page, running.userFolder)
  const { pixelsWhere, toWay } = pixelsOf({ columns: COLUMNS, rows: ROWS, spacing: SPACING })
  const spot = {
    screen: [turned.x, turned.y] as [number, number],
    x: (box.x + box.width - turned.x - placement.offsetX) / placement.scaleX,
    y: (box.y + box.height - turned.y - placement.offsetY) / placement.scaleY
  }
  expect(drawn.pixels(drawn.segments[0].segment, SLICES / 2)).toEqual(pixelsWhere((x, y) => toWay(x, y, [spot]) <= 3))
  await picture(page, 'read-turned')

  // Shift+I: as it was stored; and the usual way round again.
  await page.keyboard.press('Shift+I')
  await expect.poll(() => letters(page)).toBe('LR PA')
  await page.mouse.move(box.x + 4, box.y + 4)
  await expect.poll(() => greyAt(page, Math.round(box.x + stored.x), Math.round(box.y + stored.y))).toBeGreaterThan(150)
  await page.keyboard.press('Shift+I')
  await expect.poll(() => letters(page)).toBe('RL AP')
})

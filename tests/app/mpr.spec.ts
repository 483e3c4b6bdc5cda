import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import type { Locator, Page } from '@playwright/test'
import { waitForSample } from './support/sample'
import { writeTinyNifti } from './support/tiny-nifti'
import { expect, picture, test } from './support/test'

const [COLUMNS, ROWS, SLICES] = [40, 32, 24]
const path = join(mkdtempSync(join(tmpdir(), 'saliscope-mpr-')), 'cuts.nii')

/** Every plane has a grey of its own: 8 i + 4 j + 2 k. */
writeTinyNifti(path, {
  columns: COLUMNS,
  rows: ROWS,
  slices: SLICES,
  spacing: [1.5, 2, 4],
  voxels: Int16Array.from(
    { length: COLUMNS * ROWS * SLICES },
    (_, at) => 8 * (at % COLUMNS) + 4 * (Math.floor(at / COLUMNS) % ROWS) + 2 * Math.floor(at / (COLUMNS * ROWS))
  )
})

const plane = (page: Page, name: string): Locator => page.getByTestId(`plane-${name}`)
const cursor = async (page: Page): Promise<number[]> =>
  ((await plane(page, 'axial').getAttribute('data-cursor')) ?? '').split(' ').map(Number)

/** Clicks so far from the cursor of a plane. */
async function clickBeside(page: Page, name: string, by: { x: number; y: number }): Promise<void> {
  const box = (await plane(page, name).boundingBox())!
  const cross = plane(page, name).getByTestId('cross')
  const at = { x: Number(await cross.getAttribute('data-x')), y: Number(await cross.getAttribute('data-y')) }
  await page.mouse.click(box.x + at.x + by.x, box.y + at.y + by.y)
}

const saved = mkdtempSync(join(tmpdir(), 'saliscope-mpr-figure-'))

test.use({ dialogs: { answers: [[path], [saved]] } })

test('three cuts share one cursor, voxel by voxel, with letters, millimetres and lengths of their own', async ({
  page
}) => {
  await waitForSample(page)
  await page.keyboard.press('v')
  await page.keyboard.press('2')
  await expect(page.getByText('Three cuts need a series of slices')).toBeVisible()

  await page.keyboard.press('Control+o')
  await expect(page.getByText(/^slice 13 of 24/)).toBeVisible()
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('v')
  await page.keyboard.press('2')
  await expect(plane(page, 'axial')).toContainText('slice 13 of 24 · 48.0 mm')
  await expect(plane(page, 'coronal')).toContainText(/slice \d+ of 32/)
  await expect(plane(page, 'sagittal')).toContainText(/slice \d+ of 40/)
  for (const [name, letters] of [
    ['axial', ['R', 'L', 'A', 'P']],
    ['coronal', ['R', 'L', 'H', 'F']],
    ['sagittal', ['A', 'P', 'H', 'F']]
  ] as const)
    for (const letter of letters) await expect(plane(page, name).getByText(letter, { exact: true })).toBeVisible()

  expect(await cursor(page)).toEqual([20, 16, 12])
  // One pixel of a cut is its spacing times one scale for all three.
  const scale = await page.evaluate(() => {
    const cell = document.querySelector('[data-testid=plane-axial]')!

    return Math.min(cell.clientWidth / (40 * 1.5), cell.clientHeight / (32 * 2))
  })
  const both = await page.evaluate(() => {
    const fits = ['axial', 'coronal', 'sagittal'].map((name) => {
      const { clientWidth: width, clientHeight: height } = document.querySelector(`[data-testid=plane-${name}]`)!
      const [across, down] = { axial: [60, 64], coronal: [60, 96], sagittal: [64, 96] }[name]!

      return Math.min(width / across, height / down)
    })

    return Math.min(...fits)
  })
  expect(both).toBeLessThanOrEqual(scale)

  await clickBeside(page, 'axial', { x: 5 * 1.5 * both, y: -3 * 2 * both })
  await expect.poll(() => cursor(page)).toEqual([25, 13, 12])
  await clickBeside(page, 'coronal', { x: 0, y: 4 * 4 * both })
  await expect.poll(() => cursor(page)).toEqual([25, 13, 8])
  await expect(plane(page, 'axial')).toContainText('slice 9 of 24')
  await clickBeside(page, 'sagittal', { x: 6 * 2 * both, y: 0 })
  await expect.poll(() => cursor(page)).toEqual([25, 19, 8])
  // 8 · 25 + 4 · 19 + 2 · 8; LPS = affine · voxel, (RAS −1.5 i + 10, −2 j + 20, 4 k + 30).
  await expect(page.getByTestId('probe')).toContainText('292')
  await expect(page.getByTestId('probe')).toContainText('L 27.5 · P 18.0 · H 62.0 mm')

  await page.keyboard.press('ArrowDown')
  await expect.poll(() => cursor(page)).toEqual([26, 19, 8])
  await page.keyboard.press('Control+ArrowRight')
  await page.keyboard.press('Home')
  await expect(plane(page, 'axial')).toContainText('slice 1 of 24')
  expect(await cursor(page)).toEqual([26, 19, 0])

  await page.keyboard.press('x')
  await expect(page.getByTestId('cross')).toHaveCount(0)
  await page.keyboard.press('x')
  await picture(page, 'mpr-tiny')
  await page.keyboard.press('Enter')
  await expect(plane(page, 'coronal')).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(plane(page, 'coronal')).toBeVisible()
})

test('the three cuts are saved as one figure: whole, with letters, lengths and the cursor', async ({ page }) => {
  await waitForSample(page)
  await page.keyboard.press('Control+o')
  await expect(page.getByText(/^slice \d+ of 24/)).toBeVisible({ timeout: 30_000 })
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('v')
  await page.keyboard.press('2')
  await page.getByTestId('mpr').getByRole('button', { name: 'Save as a figure…' }).click()
  const names = (): string[] => readdirSync(saved).filter((name) => name.endsWith('.png'))
  await expect.poll(names).toEqual(['image-three-cuts.png'])
  const image = await loadImage(readFileSync(join(saved, names()[0])))
  expect(image.width).toBe(2 * 16 + 3 * 400 + 2 * 12)
  const canvas = createCanvas(image.width, image.height)
  const pen = canvas.getContext('2d')
  pen.drawImage(image, 0, 0)
  // The tallest cut is the coronal one: 40 × 1.5 mm wide, 24 × 4 mm high.
  const height = Math.round((400 * 96) / 60)
  for (const [at, down] of [64, 96, 96].entries()) {
    const across = at === 2 ? 64 : 60
    const width = Math.min(400, (height * across) / down)
    const left = 16 + at * 412 + (400 - width) / 2
    const middle = 16 + 58 + 18 + Math.round(height / 2)
    const { data } = pen.getImageData(Math.round(left) + 40, middle - 40, 120, 60)
    expect(new Set(data.filter((_value, index) => index % 4 === 0)).size).toBeGreaterThan(20)
    // The letter at the left edge is written in light ink.
    const edge = pen.getImageData(Math.round(left) + 2, middle - 8, 14, 16).data
    expect(edge.filter((value, index) => index % 4 === 0 && value > 200).length).toBeGreaterThan(8)
  }
})

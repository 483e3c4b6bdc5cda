import type { Page } from '@playwright/test'
import { addMaps, waitForSample } from './support/sample'
import { blended, colourTable, nearestRow, worstDifference, type Colour } from './support/pixels'
import { expect, picture, test } from './support/test'

interface Stack {
  readonly grey: Colour
  readonly below: readonly number[]
  readonly top: readonly number[]
  readonly both: Colour
}

/** Where a picture and its grey image are. */
interface Place {
  readonly cell: string
  readonly grey: string
}
const single: Place = { cell: 'cell-0', grey: '[data-testid=grey-stage] canvas' }
const inCut = (plane: string): Place => ({ cell: `plane-${plane}`, grey: '[data-testid=cut-grey]' })

/** Every 11th pixel of a cell: grey, the layer's own pixel, the leading map's own, and all as the window shows them. */
async function readStack(page: Page, place: Place = single): Promise<Stack[]> {
  return page.evaluate((wanted) => {
    const cell = document.querySelector(`[data-testid=${wanted.cell}]`)!
    const [grey, below, top] = [wanted.grey, '[data-testid=layer]', '[data-testid=overlay]'].map((selector) =>
      cell.querySelector<HTMLCanvasElement>(selector)!
    )
    const { width, height } = grey
    const read = (canvases: HTMLCanvasElement[]): Uint8ClampedArray => {
      const scratch = document.createElement('canvas')
      scratch.width = width
      scratch.height = height
      const context = scratch.getContext('2d', { willReadFrequently: true })!
      for (const canvas of canvases) context.drawImage(canvas, 0, 0, width, height)

      return context.getImageData(0, 0, width, height).data
    }
    const [g, b, t, all] = [read([grey]), read([below]), read([top]), read([grey, below, top])]
    const found = []
    for (let y = 11; y < height; y += 11)
      for (let x = 11; x < width; x += 11) {
        const at = 4 * (y * width + x)
        found.push({
          grey: [g[at], g[at + 1], g[at + 2]] as [number, number, number],
          below: [...b.subarray(at, at + 4)],
          top: [...t.subarray(at, at + 4)],
          both: [all[at], all[at + 1], all[at + 2]] as [number, number, number]
        })
      }

    return found
  }, place)
}

/** The layer has the colours of its own map, and the window lays both over the grey image as the formula says. */
async function checkStack(page: Page, place: Place): Promise<void> {
  const plasma = colourTable('plasma')
  await expect
    .poll(async () => (await readStack(page, place)).filter(({ below }) => below[3] > 40).length)
    .toBeGreaterThan(10)
  const stack = await readStack(page, place)
  const strangers = stack.filter(({ below: [r, g, b, a] }) => a > 120 && nearestRow(plasma, [r, g, b]).distance > 8)
  expect(strangers).toEqual([])
  const wrong = stack.filter(({ grey, below, top, both }) => {
    const first = blended(grey, below.slice(0, 3) as unknown as Colour, below[3] / 255)
    const second = blended(first, top.slice(0, 3) as unknown as Colour, top[3] / 255)

    return worstDifference(second, both) > 3
  })
  expect(wrong).toEqual([])
}

/** Computes the gradient and lays it below the map that leads. */
async function layGradient(page: Page): Promise<void> {
  await addMaps(page, ['Gradient'])
  const row = page.locator('li').filter({ has: page.getByText('Gradient', { exact: true }) })
  await expect(row.getByText(/^computed in/)).toBeVisible({ timeout: 60_000 })
  await row.hover()
  await row.getByRole('button', { name: 'Lay Gradient below the map that leads' }).click()
  await expect(page.getByTestId('layers').getByText('Gradient', { exact: true })).toBeVisible()
}

test('several maps lie over one another, each in its own colours, and the stack is what the formula says', async ({
  page
}) => {
  await waitForSample(page)
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  await layGradient(page)
  await expect(page.getByTestId('viewport').getByText('below: Gradient (Plasma)')).toBeVisible()
  await page.getByTestId('viewport').focus()
  await page.mouse.move(4, 4)
  // Every voxel as a square: between smoothed voxels there are colours of neither.
  for (let step = 0; step < 5; step++) await page.keyboard.press('Control+=')
  await expect(page.getByText('not smoothed')).toBeVisible()
  await checkStack(page, single)
  await picture(page, 'layers')

  await page.getByRole('button', { name: 'Remove the layer Gradient' }).click()
  await expect(page.getByTestId('layer')).toHaveCount(0)

  // A band with two handles: the upper one hides what is hottest.
  const upper = page.getByRole('slider', { name: 'Hide above' })
  await upper.focus()
  for (let step = 0; step < 30; step++) await upper.press('ArrowLeft')
  await expect(upper).toHaveAttribute('aria-valuetext', '0.70')
  await expect(page.getByText('hidden below 0.20 and above 0.70')).toBeVisible()
})

test('in the three cuts the layers lie as in the stack, with their own opacity and the band of all', async ({
  page
}) => {
  await waitForSample(page)
  await page.keyboard.press('Control+1')
  await page.getByRole('button', { name: /^Brain phantoms/ }).click()
  await page.getByRole('option').first().dblclick()
  await expect(page.getByTestId('energy-strip')).toBeVisible({ timeout: 60_000 })
  await addMaps(page, ['Grad-CAM'])
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  await layGradient(page)
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('h')
  await page.keyboard.press('v')
  await page.keyboard.press('2')
  for (const plane of ['axial', 'coronal', 'sagittal']) await checkStack(page, inCut(plane))
  await picture(page, 'layers-cuts')

  const inked = async (): Promise<number> =>
    (await readStack(page, inCut('axial'))).filter(({ below }) => below[3] > 0).length
  const before = await inked()
  const upper = page.getByRole('slider', { name: 'Hide above' })
  await upper.focus()
  for (let step = 0; step < 60; step++) await upper.press('ArrowLeft')
  await expect.poll(inked).toBeLessThan(before)
  await page.getByRole('slider', { name: 'Opacity of Gradient' }).focus()
  await page.keyboard.press('Home')
  await expect.poll(inked).toBe(0)
})

test('a map is drawn as it refines, can be stopped and kept, and never passes for a finished one', async ({ page }) => {
  await waitForSample(page)
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  await addMaps(page, ['RISE'])
  const row = page.locator('li').filter({ has: page.getByText('RISE', { exact: true }) })
  const show = row.locator('button.choose')
  await expect(show).toBeEnabled({ timeout: 60_000 })
  await show.click()
  await expect(page.getByTestId('map-notes')).toContainText(/preliminary, \d+ of 4000 masks/)
  await expect(page.getByTestId('colour-bar')).toBeVisible()
  await page.keyboard.press('Control+.')
  await expect(row).toContainText(/Stopped at \d+ of 4000 masks/)
  await row.getByRole('button', { name: 'Keep as preliminary' }).click()
  await expect(row).toContainText(/preliminary, kept at \d+ of 4000 masks/)
  await expect(page.getByTestId('map-notes')).toContainText(/preliminary/)
  await picture(page, 'preliminary')
})

test('over a map of a finding the model does not see, the window says so', async ({ page }) => {
  await waitForSample(page)
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  for (let step = 0; step < 12; step++) {
    const probability = Number(
      await page.getByLabel('Prediction', { exact: true }).locator('.figure').first().innerText()
    )
    if (probability < 0.5) break
    await page.keyboard.press('n')
    await expect(page.getByText(new RegExp(`^${step + 2} of \\d+$`))).toBeVisible()
    await expect(page.getByText('Probability; the tick marks the decision')).toBeVisible()
  }
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('a')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('map-notes')).toContainText(/below 0.50/, { timeout: 60_000 })
})

test('the regions XRAI is made of are outlined, apart from contour lines and by a key of their own', async ({
  page
}) => {
  await waitForSample(page)
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('Control+l')
  await expect(page.getByText('Regions are outlined for maps made of them')).toBeVisible()
  const regions = page.getByTestId('cell-0').getByTestId('segments')
  await expect(regions).toHaveCount(0)

  await addMaps(page, ['XRAI'])
  const row = page.locator('li').filter({ has: page.getByText('XRAI', { exact: true }) })
  await expect(row.getByText(/^computed in/)).toBeVisible({ timeout: 60_000 })
  await row.locator('button.choose').click()
  await page.getByTestId('viewport').focus()
  await page.keyboard.press('Control+l')
  await expect(regions).toBeVisible()
  await expect(page.getByRole('checkbox', { name: /^Regions the map is made of \(\d+\)$/ })).toBeChecked()
  const runs = async (): Promise<number> => Number(await regions.getAttribute('data-runs'))
  const shown = await runs()
  expect(shown).toBeGreaterThan(20)
  await picture(page, 'xrai-regions')
  // What the limit hides has no border either.
  for (let step = 0; step < 8; step++) await page.keyboard.press('=')
  await expect.poll(runs).toBeLessThan(shown)
  await page.keyboard.press('Control+l')
  await expect(regions).toHaveCount(0)
})

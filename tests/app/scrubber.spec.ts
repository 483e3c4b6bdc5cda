import { execFileSync } from 'node:child_process'
import type { Page } from '@playwright/test'
import { root } from './support/launch'
import { expect, picture, test } from './support/test'

interface Expected {
  readonly size: [number, number, number]
  readonly low: number
  readonly high: number
  readonly answers: number[]
  readonly planes: number[][]
}

/** What the engine's own sources make of the case that the window shows at its start. */
function fromSource(expression: string, filling: string, percents: readonly number[]): Expected {
  const script = 'tests/support/removal-from-source.ts'
  const args = ['--import', 'tsx', script, expression, filling, ...percents.map(String)]
  const env = { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.engine.json' }

  return JSON.parse(
    execFileSync(process.execPath, args, { cwd: root, env, maxBuffer: 64 << 20 }).toString()
  ) as Expected
}

/** The grey in the middle of every pixel of the model, as the layer of the removed image shows it. */
async function shownGreys(page: Page, [columns, rows]: readonly [number, number, number]): Promise<number[]> {
  return page.evaluate(
    ([across, down]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=removed-image] canvas')!
      const scratch = document.createElement('canvas')
      scratch.width = canvas.width
      scratch.height = canvas.height
      const context = scratch.getContext('2d', { willReadFrequently: true })!
      context.drawImage(canvas, 0, 0)
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
      // The layer is opaque exactly where the image lies.
      let [left, top, right, bottom] = [canvas.width, canvas.height, 0, 0]
      for (let y = 0; y < canvas.height; y++) {
        for (let x = 0; x < canvas.width; x++) {
          if (data[4 * (y * canvas.width + x) + 3] < 255) continue
          left = Math.min(left, x)
          right = Math.max(right, x + 1)
          top = Math.min(top, y)
          bottom = Math.max(bottom, y + 1)
        }
      }
      const greys: number[] = []
      for (let row = 0; row < down; row++) {
        for (let column = 0; column < across; column++) {
          const x = Math.floor(left + ((column + 0.5) * (right - left)) / across)
          const y = Math.floor(top + ((row + 0.5) * (bottom - top)) / down)
          greys.push(data[4 * (y * canvas.width + x)])
        }
      }

      return greys
    },
    [columns, rows] as const
  )
}

test('the scrubber shows the input the engine makes, and its curve is what the model answers', async ({ page }) => {
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  const panel = page.getByTestId('removal')
  await page.getByTestId('viewport').focus()
  await page.keyboard.press("Shift+'")
  await page.keyboard.press("'")
  await page.keyboard.press("'")
  await expect(panel.getByRole('slider', { name: 'Removed' })).toHaveAttribute('aria-valuetext', '12 %')
  const layer = page.getByTestId('removed-image')
  await expect(layer).toHaveAttribute('data-percent', '12', { timeout: 30_000 })
  await expect(page.getByText('hottest 12 % filled with blurred surroundings')).toBeVisible()
  await expect(panel.getByText('The curve as a table')).toBeVisible({ timeout: 60_000 })
  await picture(page, 'scrubber')

  const table = panel.getByTestId('removal-table')
  await panel.getByText('The curve as a table').click()
  const rows = await table
    .locator('tbody tr')
    .evaluateAll((list) => list.map((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent))))
  expect(rows.map(([percent]) => percent)).toEqual(Array.from({ length: 21 }, (_, index) => 5 * index))

  const expected = fromSource('gradcam', 'blur', [12, 20, 50])
  const grey = (value: number): number =>
    Math.min(255, Math.floor((255 * (value - expected.low)) / (expected.high - expected.low) + 0.5))
  expect(await shownGreys(page, expected.size)).toEqual(expected.planes[0].map(grey))
  for (const [index, percent] of [20, 50].entries()) {
    const answer = expected.answers[index + 1]
    expect(rows.find(([at]) => at === percent)![1]).toBe(
      Number(answer.toFixed(answer > 0.995 || answer < 0.005 ? 3 : 2))
    )
  }

  // Another place is there in the same frame, and nothing removed is the image as it was.
  await page.keyboard.press("Shift+'")
  await expect(layer).toHaveAttribute('data-percent', '22')
  for (let press = 0; press < 3; press++) await page.keyboard.press('Shift+;')
  await expect(layer).toHaveCount(0)
  await expect(panel.getByTestId('removal-sentence')).toContainText('Nothing is removed')
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './support/launch'
import { accessibilityFindings } from './support/accessibility'
import { drag } from './support/drag'
import { imagePointer, storedDrawing } from './support/drawn-labelmap'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

const shared = process.env.SALISCOPE_SHARED ?? join(root, '..', 'shared')
const flair = join(shared, 'data', 'niivue+niivue', 'packages', 'niivue', 'demos', 'images', 'FLAIR.nii.gz')

test.describe('a brain MR with lesions', () => {
  test.skip(!existsSync(flair), 'the shared FLAIR image is not here')
  test.use({ dialogs: { answers: [[flair]] } })

  test('grows a region, changes it in the engine, and keeps two segments apart', async ({ page, running }) => {
    await waitForSample(page)
    await page.keyboard.press('Control+o')
    await expect(page.getByRole('heading', { name: /FLAIR/ })).toBeVisible()
    await page.keyboard.press('Control+3')
    const viewport = page.getByTestId('read-viewport')
    await expect(viewport).toHaveAttribute('data-drawing', /.+/)
    await viewport.focus()
    const { at } = await imagePointer(page)
    const { columns, rows } = await page.evaluate(() => {
      const { scaleX, scaleY, offsetX, offsetY } = JSON.parse(
        document.querySelector<HTMLElement>('[data-testid=read-viewport]')!.dataset['placement']!
      ) as Record<string, number>
      const box = document.querySelector<HTMLElement>('[data-testid=read-viewport]')!

      return {
        columns: Math.round((box.clientWidth - 2 * offsetX) / scaleX),
        rows: Math.round((box.clientHeight - 2 * offsetY) / scaleY)
      }
    })
    const place = (x: number, y: number) => at(x * columns, y * rows)

    // A brush with adaptive edges in one segment, an ellipse in another that replaces what it meets.
    await page.keyboard.press('\\')
    await drag(page, [place(0.42, 0.36), place(0.46, 0.4), place(0.45, 0.46)])
    await expect(page.getByTestId('segment')).toHaveCount(1)
    await page.keyboard.press('Shift+G')
    await page.keyboard.press('Shift+M')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page.getByTestId('history')).toContainText('Margin +2 mm')
    const first = (await storedDrawing(page, running.userFolder)).segments[0].segment

    await viewport.focus()
    await page.keyboard.press('Shift+A')
    await page.keyboard.type('Reference tissue')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('segment')).toHaveCount(2)
    await page.keyboard.press('Shift+X')
    await page.keyboard.press('o')
    await drag(page, [place(0.4, 0.34), place(0.6, 0.6)])
    const stored = await storedDrawing(page, running.userFolder)
    const [slice] = stored.slices(stored.segments[1].segment)
    const second = new Set(stored.pixels(stored.segments[1].segment, slice))
    expect(second.size).toBeGreaterThan(50)
    expect(stored.pixels(first, slice).filter((index) => second.has(index))).toEqual([])
    await page.keyboard.press('Control+z')
    await expect(page.getByTestId('history')).toContainText('undone')
    await page.keyboard.press('g')
    // Every picture has its scale, whatever layout View has.
    await expect(page.getByTestId('scale-bar')).toContainText('2 cm')
    await picture(page, 'read-flair')
    expect(await accessibilityFindings(page)).toEqual([])
  })
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './support/launch'
import { addMaps, waitForSample } from './support/sample'
import { expect, test } from './support/test'

/** Pictures of real files for docs/guide: SALISCOPE_GUIDE=FOLDER. */
const folder = process.env['SALISCOPE_GUIDE']
const data = join(process.env['SALISCOPE_SHARED'] ?? join(root, '..', 'shared'), 'data')
const flair = join(data, 'niivue+niivue', 'packages', 'niivue', 'demos', 'images', 'FLAIR.nii.gz')
const ct = join(data, 'QIICR+dcmqi', 'data', 'segmentations', 'ct-3slice')
const film = join(data, 'mlmed+torchxrayvision', 'tests', '00000001_000.png')

test.skip(folder === undefined || !existsSync(flair), 'makes pictures of the shared data when asked to')

for (const [name, path] of [
  ['flair', flair],
  ['ct', ct]
] as const) {
  test.describe(name, () => {
    test.use({ dialogs: { answers: [[path]] } })

    test('in three cuts', async ({ page }) => {
      await waitForSample(page)
      await page.keyboard.press(name === 'ct' ? 'Control+Alt+o' : 'Control+o')
      await expect(page.getByText(/^slice \d+ of \d+/)).toBeVisible({ timeout: 60_000 })
      await page.getByTestId('viewport').focus()
      await page.keyboard.press('v')
      await page.keyboard.press('2')
      await expect(page.getByTestId('plane-axial')).toBeVisible()
      await expect(page.getByText('Asking the model…')).toHaveCount(0, { timeout: 60_000 })
      await page.screenshot({ path: join(folder!, `${name}.png`) })
    })
  })
}

test.describe('a radiograph', () => {
  test.use({ dialogs: { answers: [[film]] } })

  test('with a map', async ({ page }) => {
    await waitForSample(page)
    await page.keyboard.press('Control+o')
    await expect(page.getByRole('heading', { name: /00000001_000/ })).toBeVisible({ timeout: 60_000 })
    await addMaps(page, ['Grad-CAM'])
    // The sample's model sees nothing it knows here, and the window says so instead of colouring the film.
    await expect(page.getByTestId('map-notes').getByText(/^This map is the same everywhere/)).toBeVisible({
      timeout: 60_000
    })
    await page.screenshot({ path: join(folder!, 'radiograph.png') })
  })
})

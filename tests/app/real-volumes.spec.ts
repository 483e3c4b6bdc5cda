import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { root } from './support/launch'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** Files that nobody here made, as a reader would look at them. */
const data = join(process.env['SALISCOPE_SHARED'] ?? join(root, '..', 'shared'), 'data')
const flair = join(data, 'niivue+niivue', 'packages', 'niivue', 'demos', 'images', 'FLAIR.nii.gz')
const nightly = process.env['SALISCOPE_NIGHTLY'] !== undefined

const letter = (page: Page, plane: string, text: string) =>
  page.getByTestId(`plane-${plane}`).getByText(text, { exact: true })

test.describe('an oblique head', () => {
  test.skip(!existsSync(flair), 'needs the shared data')
  test.use({ dialogs: { answers: [[flair]] } })

  test('is cut along its own axes, with two letters, until it is straightened', async ({ page }) => {
    await waitForSample(page)
    await page.keyboard.press('Control+o')
    await expect(page.getByText(/^slice \d+ of \d+/)).toBeVisible({ timeout: 60_000 })
    await page.getByTestId('viewport').focus()
    await page.keyboard.press('v')
    await page.keyboard.press('2')
    const axial = page.getByTestId('plane-axial')
    await expect(axial).toContainText('oblique')
    await picture(page, 'mpr-oblique')
    await page.keyboard.press('Shift+V')
    await expect(axial).toContainText('straightened')
    await expect(axial).not.toContainText('oblique')
    await expect(letter(page, 'axial', 'A')).toBeVisible()
    await expect(letter(page, 'axial', 'R')).toBeVisible()
    await picture(page, 'mpr-straight')
  })
})

interface Real {
  readonly name: string
  readonly path: string
  readonly layouts: readonly number[]
  /** What the picture has to say of its places, lengths and windows. */
  readonly letters: readonly string[] | null
  readonly scale: string
  readonly preset: string
}

const volumes = [1, 2, 5, 6]
const real: readonly Real[] = [
  // An MR that its file calls a CT, without Hounsfield units.
  {
    ...{ name: 'ct', path: join(data, 'fepegar+torchio', 'tests', 'image_data', 'dicom'), layouts: volumes },
    ...{ letters: ['R', 'L', 'A', 'P'], scale: 'cm', preset: 'Full range' }
  },
  {
    ...{ name: 'mr', path: join(data, 'niivue+niivue', 'packages', 'niivue', 'tests', 'images', 'dicom') },
    ...{ layouts: volumes, letters: ['R', 'L', 'A', 'P'], scale: 'cm', preset: 'Bright tissue' }
  },
  { ...{ name: 'flair', path: flair, layouts: volumes }, ...{ letters: [], scale: 'cm', preset: 'Full range' } },
  {
    ...{ name: 'dx', path: join(data, 'ImagingDataCommons+highdicom', 'data', 'test_files', 'dx_image.dcm') },
    ...{ layouts: [1], letters: [], scale: 'at the detector', preset: 'High values' }
  },
  {
    ...{ name: 'chest', path: join(data, 'mlmed+torchxrayvision', 'tests', '00000001_000.png'), layouts: [1] },
    ...{ letters: null, scale: 'no scale in the file', preset: 'Full range' }
  },
  {
    ...{ name: 'nm', path: join(data, 'pydicom+pydicom', 'src', 'pydicom', 'data', 'test_files', 'JPEG2000.dcm') },
    ...{ layouts: [1], letters: null, scale: '', preset: '% of the highest' }
  }
]

test.describe('real files', () => {
  test.skip(!nightly, 'nightly')
  for (const { name, path, layouts, letters, scale, preset } of real) {
    test.describe(name, () => {
      test.skip(!existsSync(path), 'needs the shared data')
      test.use({ dialogs: { answers: [[path]] } })

      test('can be read in every layout: letters, lengths, windows', async ({ page }) => {
        await waitForSample(page)
        const before = await page.locator('h1').first().innerText()
        await page.keyboard.press('Control+o')
        await expect(page.locator('h1').first()).not.toHaveText(before, { timeout: 60_000 })
        const viewport = page.getByTestId('viewport')
        await expect(viewport.getByRole('button', { name: /^Window: / })).toBeVisible({ timeout: 60_000 })
        await viewport.focus()
        if (letters === null) await expect(viewport).toContainText('orientation unknown')
        for (const one of letters ?? []) await expect(viewport.getByText(one, { exact: true }).first()).toBeVisible()
        if (scale !== '') await expect(viewport).toContainText(scale)
        for (const layout of layouts) {
          await page.keyboard.press('v')
          await page.keyboard.press(String(layout))
          if (layout >= 5) await expect(page.getByTestId('figure')).toBeVisible()
          if (layout === 2) await expect(page.getByTestId('plane-sagittal')).toContainText(/slice \d+ of \d+/)
          await picture(page, `real-${name}-${layout}`)
        }
        await page.keyboard.press('v')
        await page.keyboard.press('1')
        await page.keyboard.press('w')
        await page.keyboard.press('Enter')
        await expect(page.getByRole('button', { name: new RegExp(preset, 'u') }).first()).toBeVisible()
        await picture(page, `real-${name}-windows`)
      })
    })
  }
})

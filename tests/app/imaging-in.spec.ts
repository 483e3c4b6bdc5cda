import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { writeDisc } from './support/disc'
import { accessibilityFindings } from './support/accessibility'
import { dragOver } from './support/drop'
import { root } from './support/launch'
import { addMaps, waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** Imaging in: what a hospital's disc and a lab's folder look like in the window, by dialog, by drop and by keys. */
const folder = mkdtempSync(join(tmpdir(), 'imaging-in-'))
const disc = join(folder, 'disc')
const broken = join(folder, 'broken')
mkdirSync(disc)
mkdirSync(broken)
writeDisc(disc)
writeDisc(broken, 3000)
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

const list = (page: Page) => page.getByRole('listbox', { name: 'Cases' })

/** The three series of the disc stand under the head of their study, each with its picture and what is irregular about it. */
async function expectTheDisc(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Opened by you/ }).click()
  await expect(list(page).getByText('Test, Phantom').first()).toBeVisible()
  await expect(list(page).getByText('F · 61 y · Thorax · 2026-03-14 · 4 series')).toBeVisible()
  await expect(list(page).getByText('Soft tissue 5 mm', { exact: true })).toBeVisible()
  await expect(list(page).getByText('32 × 32, 6 slices')).toBeVisible()
  await expect(list(page).getByText('0.5 × 0.5 × 5 mm')).toBeVisible()
  await expect(
    list(page)
      .getByText(/▲ Slices are missing/)
      .first()
  ).toBeVisible()
  await expect(list(page).getByText(/3 volumes/)).toBeVisible()
}

test.describe('by dialog', () => {
  test.use({ dialogs: { answers: [[disc], [join(disc, 'DICOMDIR')]] } })

  test('a folder shows its series by study, and a series of several volumes has a picker', async ({ page }) => {
    await waitForSample(page)
    await page.keyboard.press('Control+Alt+O')
    await expectTheDisc(page)
    await expect(page.getByText('4 series were opened. 3 files could not be read.')).toBeVisible()
    await picture(page, 'studies-disc')

    await list(page).getByText('Perfusion').first().dblclick()
    const volume = page.getByRole('combobox', { name: /^Volume: time 1 of 3/ })
    await expect(volume).toBeVisible()
    await page.getByTestId('viewport').focus()
    await page.keyboard.press('Shift+PageDown')
    await page.keyboard.press('Shift+PageDown')
    await expect(page.getByRole('combobox', { name: /^Volume: time 3 of 3/ })).toBeVisible()
    await picture(page, 'view-volumes')
    // The three volumes are one case: the next case is another series.
    await page.keyboard.press('Shift+N')
    await expect(page.getByRole('button', { name: /^▲ \d warning/ })).toBeVisible()
    await page.getByRole('button', { name: /^▲ \d warning/ }).click()
    await expect(page.getByText(/Slices are missing/)).toBeVisible()
    await page.keyboard.press('Escape')
  })
})

test.describe('a disc', () => {
  test.use({ dialogs: { answers: [[join(disc, 'DICOMDIR')]] } })

  test('opens by its DICOMDIR from the palette, and identity can be hidden everywhere', async ({ page }) => {
    await waitForSample(page)
    await page.keyboard.press('Control+K')
    await page.keyboard.type('DICOMDIR')
    await page.keyboard.press('Enter')
    await expectTheDisc(page)
    // The directory names images only: what nobody can read is not among them.
    await expect(page.getByText(/could not be read/)).toHaveCount(0)

    await page.keyboard.press('Control+Shift+H')
    await expect(list(page).getByText('Test, Phantom')).toHaveCount(0)
    await expect(list(page).getByText('2026-03-14')).toHaveCount(0)
    await expect(list(page).getByText('Case 101').first()).toBeVisible()
    await expect(list(page).getByText('Soft tissue 5 mm', { exact: true })).toBeVisible()

    // Nor on any other screen: the corners of the image, the jobs, the status line.
    await list(page).getByText('Soft tissue 5 mm', { exact: true }).click()
    await page.keyboard.press('Control+2')
    await expect(page.getByTestId('viewport')).toBeVisible()
    await expect(page.getByText(/^Zoom /)).toBeVisible({ timeout: 30_000 })
    await addMaps(page, ['Gradient'])
    for (const keys of ['Control+2', 'Control+3', 'Control+6']) {
      await page.keyboard.press(keys)
      if (keys === 'Control+6')
        await expect(page.getByText('Gradient', { exact: true }).filter({ visible: true }).first()).toBeVisible()
      const shown = await page.evaluate(() => document.title + document.body.innerText)
      for (const word of ['Test, Phantom', 'Phantom', '2026-03-14', '14 Mar 2026']) expect(shown).not.toContain(word)
    }
  })
})

test('everything that is dropped opens: a folder, a single file, a DICOMDIR, a model', async ({ page }) => {
  await waitForSample(page)
  const dragged = await dragOver(page, [disc])
  await expect(page.getByText('Drop to open')).toBeVisible()
  await picture(page, 'drop')
  await dragged.drop()
  await expect(page.getByText('Drop to open')).toHaveCount(0)
  await expectTheDisc(page)

  await (await dragOver(page, [join(disc, 'DICOMDIR'), join(disc, 'IMAGES', 'IM0001')])).drop()
  // The same slices by another way are the same cases.
  await expect(page.getByText('4 series were opened', { exact: false })).toHaveCount(0)
  await expectTheDisc(page)

  await (await dragOver(page, [join(root, 'resources', 'sample', 'models', 'honest-dense.onnx')])).drop()
  await expect(page.getByRole('button', { name: /^Opened by you 4/ })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Models 6' })).toBeVisible({ timeout: 60_000 })
})

test('thousands of refused files are grouped by reason, filtered and copied without delay', async ({ page }) => {
  await waitForSample(page)
  await (await dragOver(page, [broken])).drop()
  await expect(page.getByText(/4 series were opened\. 3,000 files could not be read\./)).toBeVisible({
    timeout: 60_000
  })
  await page.getByRole('button', { name: 'Show them' }).click()

  const dialog = page.getByRole('dialog', { name: 'Files that could not be read' })
  await expect(dialog.getByText('3,000 files, 1 reason. Everything else is open.')).toBeVisible()
  const files = dialog.getByRole('listbox', { name: 'Files' })
  // A list of thousands draws what is seen and nothing else.
  expect(await files.getByRole('option').count()).toBeLessThan(60)
  await picture(page, 'refused')
  expect(await accessibilityFindings(page)).toEqual([])

  await dialog.getByRole('searchbox', { name: 'Filter by file name' }).fill('2999')
  await expect(files.getByRole('option')).toHaveCount(1)
  await expect(files.getByText('cut-2999.dcm')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
})

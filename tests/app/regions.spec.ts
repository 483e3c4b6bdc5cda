import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessibilityFindings } from './support/accessibility'
import { root } from './support/launch'
import { expect, picture, test } from './support/test'

test('regions are laid on the image, coloured with values, and follow a dragged landmark', async ({ page }) => {
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
  const panel = page.getByTestId('regions')
  await panel.getByRole('combobox', { name: /^Set/u }).click()
  await page.getByRole('option', { name: 'grid 3 × 3' }).click()
  await expect(panel).toHaveAttribute('data-state', 'here', { timeout: 30_000 })
  const rows = panel.getByTestId('regions-table').locator('tbody tr')
  await expect(rows).toHaveCount(9)
  const values = (): Promise<string[]> => rows.locator('td:last-child').allTextContents()
  await expect.poll(async () => (await values()).every((text) => /^\d\.\d{3}$/u.test(text))).toBe(true)
  const drawn = await values()
  await picture(page, 'regions-as-drawn')

  await panel.getByRole('combobox', { name: /^Laid/u }).click()
  await page.getByRole('option', { name: 'by landmarks, bent' }).click()
  const landmark = page.locator('[data-testid=landmark][data-name=middle]')
  await expect(page.getByTestId('landmark')).toHaveCount(5)
  // The landmarks lie where the set puts them: nothing has moved yet.
  expect(await values()).toEqual(drawn)
  const box = (await landmark.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 40, { steps: 5 })
  await page.mouse.up()
  await expect.poll(async () => (await values()).join()).not.toBe(drawn.join())
  await picture(page, 'regions-by-landmarks')

  await panel.getByRole('button', { name: 'Put back' }).click()
  await expect.poll(async () => (await values()).join()).toBe(drawn.join())
  // The keyboard moves it too.
  await landmark.focus()
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(async () => (await values()).join()).not.toBe(drawn.join())
})

test.describe('with a segmentation model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-regions-'))
  const model = join(root, 'resources', 'sample', 'models', 'localiser.onnx')
  test.use({ dialogs: { answers: [join(root, 'resources', 'sample', 'models', 'honest-1.onnx'), model, folder] } })
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('regions are laid on what it draws, and an expert marks those that are expected', async ({ page }) => {
    await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 60_000 })
    const panel = page.getByTestId('regions')
    const choose = async (select: RegExp, option: string): Promise<void> => {
      await panel.getByRole('combobox', { name: select }).click()
      await page.getByRole('option', { name: option }).click()
    }
    await choose(/^Set/u, 'grid 2 × 2')
    const rows = panel.getByTestId('regions-table').locator('tbody tr')
    await expect(rows).toHaveCount(4)
    const values = (): Promise<string> => rows.locator('td:last-child').allTextContents().then(String)
    await expect.poll(values).toMatch(/^(\d\.\d{3},?){4}$/u)
    const drawn = await values()

    // A classifier answers with no picture: it cannot place regions, and says so.
    await choose(/^Laid/u, 'on what a model draws…')
    await expect(panel.getByRole('alert')).toContainText('says that its output is a logit')
    await choose(/^Laid/u, 'on what a model draws…')
    await expect(panel.getByRole('combobox', { name: 'Laid: on localiser.onnx' })).toBeVisible({ timeout: 30_000 })
    await expect.poll(values, { timeout: 30_000 }).toMatch(/^(\d\.\d{3},?){4}$/u)
    // The lesion is the hottest part of the map: every part of its box is hotter than any quarter of the image.
    const numbers = (text: string): number[] => text.split(',').map(Number)
    expect(Math.min(...numbers(await values()))).toBeGreaterThan(Math.max(...numbers(drawn)))
    await picture(page, 'regions-by-model')

    // By keys alone: open, name, tick two, give a code.
    await panel.getByRole('button', { name: 'Mark expected regions' }).press('Enter')
    const finding = panel.getByRole('combobox', { name: 'Finding' })
    await finding.fill('Opacity')
    const tick = panel.getByRole('checkbox', { name: 'row 1, column 1 is expected for Opacity' })
    await tick.press('Space')
    await panel.getByRole('checkbox', { name: 'row 2, column 1 is expected for Opacity' }).press('Space')
    await expect(panel.getByText('2 of 4 regions are expected for Opacity.')).toBeVisible()
    await choose(/^Code/u, 'HPO')
    const code = panel.getByRole('textbox', { name: 'Code of the finding' })
    await code.fill('31983')
    await expect(panel.getByRole('alert')).toContainText('HP: and seven digits')
    await code.fill('HP:0031983')
    await code.press('Enter')
    await expect(panel.getByRole('list', { name: 'Marked' })).toHaveText('Opacity (HPO HP:0031983): 2')
    await picture(page, 'regions-expected')
    expect(await accessibilityFindings(page)).toEqual([])

    await panel.getByRole('button', { name: 'Save set…' }).press('Enter')
    await expect(panel.getByText('Kept in grid-2x2.regions.json.')).toBeVisible()
    const saved = JSON.parse(readFileSync(join(folder, 'grid-2x2.regions.json'), 'utf8')) as { expected: unknown }
    const names = ['row 1, column 1', 'row 2, column 1']
    expect(saved.expected).toEqual([{ label: 'Opacity', regions: names, code: { system: 'HPO', value: 'HP:0031983' } }])

    // The dialog of an assessment offers them.
    await page.keyboard.press('Control+4')
    await page
      .getByRole('button', { name: /open cases/u })
      .first()
      .click()
    const offered = page.getByRole('checkbox', { name: /Score the regions of View too: grid 2 × 2/u })
    await expect(offered).toBeChecked()
    await expect(page.getByText('Expected regions are marked for Opacity.')).toBeVisible()
    await picture(page, 'regions-assessed')
  })
})

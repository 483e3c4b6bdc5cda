import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessibilityFindings } from './support/accessibility'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

test('keys are changed in Settings, a key that is taken is said, and the screens show them as they are', async ({
  page
}) => {
  await waitForSample(page)
  await page.keyboard.press('Control+7')
  const keys = page.getByRole('region', { name: 'Keys' })
  const line = (title: string) => keys.getByRole('button', { name: new RegExp(`^${title}: .*\\. Change$`) })
  await keys.getByLabel('Search keys').fill('brush')

  // A free key is taken at once.
  await line('Brush').click()
  await expect(keys.getByRole('status')).toHaveText('Press the new key. Esc keeps the old one.')
  await page.keyboard.press('Alt+b')
  await expect(line('Brush')).toHaveAccessibleName('Brush: Alt+B. Change')

  // A key that belongs to another command is asked about, and swapped.
  await keys.getByLabel('Search keys').fill('')
  await line('Eraser').click()
  await page.keyboard.press('d')
  await expect(keys.getByRole('alert')).toContainText('D is Freehand outline. Freehand outline would get E.')
  await picture(page, 'settings-keys')
  await keys.getByRole('button', { name: 'Swap them' }).click()
  await expect(line('Eraser')).toHaveAccessibleName('Eraser: D. Change')
  await expect(line('Freehand outline')).toHaveAccessibleName('Freehand outline: E. Change')
  await expect(keys.getByText('3 keys changed')).toBeVisible()
  expect(await accessibilityFindings(page)).toEqual([])

  // A run of digits keeps its digits, Escape keeps what was.
  await line('How sure, 1 to 5').click()
  await page.keyboard.press('Alt+Shift+2')
  await expect(line('How sure, 1 to 5')).toHaveAccessibleName('How sure, 1 to 5: Alt+Shift+1 … Alt+Shift+5. Change')
  await line('Ellipse').or(line('Filled ellipse')).first().click()
  await page.keyboard.press('Escape')
  await expect(line('Filled ellipse')).toHaveAccessibleName('Filled ellipse: O. Change')

  // Read shows and obeys them; the status line and ? speak of outlines there, not of maps and layouts.
  await page.keyboard.press('Control+3')
  await expect(page.getByTestId('read-viewport')).toHaveAttribute('data-drawing', /.+/)
  await page.getByTestId('read-viewport').focus()
  await page.keyboard.press('d')
  await expect(page.getByRole('radio', { name: 'Eraser' })).toBeChecked()
  await page.keyboard.press('b')
  await expect(page.getByRole('radio', { name: 'Eraser' })).toBeChecked()
  await page.keyboard.press('Alt+b')
  await expect(page.getByRole('radio', { name: 'Brush' })).toBeChecked()
  const status = page.getByRole('contentinfo', { name: 'Status' })
  await expect(status).toContainText('Alt+Bbrush')
  await expect(status).toContainText('outlines on/off')
  await expect(status).not.toContainText('map')
  await page.keyboard.press('?')
  const overlay = page.getByRole('dialog', { name: 'Keys that act here' })
  await expect(overlay.locator('[data-command=tool-brush]')).toContainText('Alt+B')
  await expect(overlay.locator('[data-command=bare-image]')).toContainText('Outlines on or off')
  for (const id of ['layout', 'enlarge-viewport', 'viewport-next', 'linked-cursor', 'straighten', 'map-choose']) {
    await expect(overlay.locator(`[data-command=${id}]`), id).toHaveCount(0)
  }
  await picture(page, 'keys-read')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+2')
  await expect(status).toContainText('map on/off')
  await page.keyboard.press('?')
  await expect(overlay.locator('[data-command=layout]')).toContainText('V 1')
  await page.keyboard.press('Escape')

  // One is reset, then all.
  await page.keyboard.press('Control+7')
  await keys.getByRole('button', { name: 'Brush: reset', exact: true }).click()
  await expect(line('Brush')).toHaveAccessibleName('Brush: B. Change')
  await keys.getByRole('button', { name: 'Reset all keys' }).click()
  await expect(line('Eraser')).toHaveAccessibleName('Eraser: E. Change')
  await expect(keys.getByText(/changed$/)).toHaveCount(0)
})

test.describe('keys as a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-keys-'))
  const [own, wrong] = [join(folder, 'saliscope-keys.json'), join(folder, 'wrong.json')]
  const both = { saliscope: 'keys', version: 1, keys: { 'tool-brush': ['X'], 'tool-eraser': ['X'] } }
  writeFileSync(wrong, JSON.stringify(both))
  test.use({ dialogs: { answers: [folder, own, wrong] } })

  test('are exported, imported again after a reset, taken back, and refused where two share one', async ({ page }) => {
    await waitForSample(page)
    await page.keyboard.press('Control+7')
    const keys = page.getByRole('region', { name: 'Keys' })
    const line = (title: string) => keys.getByRole('button', { name: new RegExp(`^${title}: .*\\. Change$`) })
    await line('Brush').click()
    await page.keyboard.press('Alt+b')
    await expect(line('Brush')).toHaveAccessibleName('Brush: Alt+B. Change')
    const said = keys.getByTestId('key-file')
    await keys.getByRole('button', { name: 'Export keys…' }).click()
    await expect(said).toHaveText('Written: saliscope-keys.json.')
    const file = JSON.parse(readFileSync(own, 'utf8')) as { keys: Record<string, string[]> }
    expect(file.keys).toMatchObject({ 'tool-brush': ['Alt+B'], 'tool-eraser': ['E'] })

    await keys.getByRole('button', { name: 'Reset all keys' }).click()
    await expect(line('Brush')).toHaveAccessibleName('Brush: B. Change')
    await keys.getByRole('button', { name: 'Import keys…' }).click()
    await expect(said).toHaveText('Taken from the file: one key is another now. Ctrl+Z takes it back.')
    await expect(line('Brush')).toHaveAccessibleName('Brush: Alt+B. Change')
    await picture(page, 'settings-keys-imported')
    expect(await accessibilityFindings(page)).toEqual([])
    await page.keyboard.press('Control+z')
    await expect(line('Brush')).toHaveAccessibleName('Brush: B. Change')
    await keys.getByRole('button', { name: 'Import keys…' }).click()
    await expect(said).toHaveText('Nothing was changed: the file gives X to “Brush” and to “Eraser”.')
    await expect(line('Brush')).toHaveAccessibleName('Brush: B. Change')
  })
})

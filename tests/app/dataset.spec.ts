import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { accessibilityFindings } from './support/accessibility'
import { dragOver } from './support/drop'
import { root } from './support/launch'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

/** The import preview: what a dataset would bring is seen before anything is opened, by dialog, by drop and by keys. */
const folder = mkdtempSync(join(tmpdir(), 'dataset-'))
const bids = join(root, 'resources', 'sample', 'brain', 'bids')
const out = join(folder, 'out')
const odd = join(folder, 'odd')
for (const path of [out, odd]) mkdirSync(path)
writeFileSync(join(odd, 'cases.csv'), 'case,patient,image,label\na,p1,missing.png,yes\nb,p2,../outside.png,no\n')
// A split file of mednet: 1 is a finding without a name.
const marked = join(folder, 'marked')
mkdirSync(marked)
for (const name of ['p0001', 'p0002', 'p0003']) {
  copyFileSync(join(root, 'resources', 'sample', 'masks', 'p0001.png'), join(marked, `${name}.png`))
}
writeFileSync(
  join(marked, 'split.json'),
  JSON.stringify({
    train: [
      ['p0001.png', 1],
      ['p0002.png', 0]
    ],
    test: [['p0003.png', 1]]
  })
)
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.describe('a BIDS tree', () => {
  test.use({ dialogs: { answers: [bids, out] } })

  test('is previewed, saved as an experiment, and opened, by keyboard alone', async ({ page }) => {
    await waitForSample(page)
    await page.keyboard.press('Control+I')
    const dialog = page.getByRole('dialog', { name: 'Import bids' })
    await expect(dialog.getByRole('button', { name: /^Open \d+ cases$/ })).toBeEnabled({ timeout: 60_000 })
    await expect(dialog.getByText('BIDS').first()).toBeVisible()
    await expect(dialog.getByRole('tab', { name: /^Matched \(\d+\)/ })).toBeVisible()
    await picture(page, 'import-preview')
    expect(await accessibilityFindings(page)).toEqual([])

    const focus = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 40; presses++) {
        const words = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
        if (name.test(words)) return
        await page.keyboard.press('Tab')
      }
      throw new Error(`Tab never reached ${String(name)}`)
    }
    await focus(/^Save experiment\.json/)
    await page.keyboard.press('Enter')
    await expect(dialog.getByText('experiment.json was written into the chosen folder.')).toBeVisible()
    expect(existsSync(join(out, 'experiment.json'))).toBe(true)
    const saved = JSON.parse(readFileSync(join(out, 'experiment.json'), 'utf8')) as { cases: unknown[] }

    await focus(/^Open \d+ cases$/)
    await page.keyboard.press('Enter')
    await expect(dialog).toHaveCount(0)
    await expect(page.getByRole('button', { name: new RegExp(`^Opened by you ${saved.cases.length}`) })).toBeVisible({
      timeout: 60_000
    })
  })
})

test('a dropped tree is shown before it is opened; one of which nothing matches says why', async ({ page }) => {
  await waitForSample(page)
  await (await dragOver(page, [bids])).drop()
  await expect(page.getByRole('dialog', { name: 'Import bids' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await (await dragOver(page, [odd])).drop()
  const dialog = page.getByRole('dialog', { name: 'Import odd' })
  await dialog.getByRole('tab', { name: /^Left out \(2\)/ }).click({ timeout: 60_000 })
  await expect(dialog.getByText(/there is no file “missing\.png”/)).toBeVisible()
  await expect(dialog.getByText(/leads out of the dataset/)).toBeVisible()
  await expect(dialog.getByRole('button', { name: /^Open 0 cases$/ })).toBeDisabled()
  await picture(page, 'import-unmatched')
})

test('splits may be left out and a finding named before anything is opened', async ({ page }) => {
  await waitForSample(page)
  await (await dragOver(page, [marked])).drop()
  const dialog = page.getByRole('dialog', { name: 'Import marked' })
  const open = (cases: string): Locator => dialog.getByRole('button', { name: `Open ${cases}`, exact: true })
  await expect(open('3 cases')).toBeEnabled({ timeout: 60_000 })
  await dialog.getByRole('checkbox', { name: 'train' }).click()
  await expect(open('1 case')).toBeEnabled()
  // The split that is left out can be taken again.
  await expect(dialog.getByRole('checkbox', { name: 'train' })).not.toBeChecked()
  await dialog.getByLabel('What the finding is called').fill('tuberculosis')
  await page.keyboard.press('Tab')
  await expect(dialog.getByRole('region', { name: 'Labels' }).getByText('tuberculosis')).toBeVisible()
  await picture(page, 'import-splits')
  await dialog.getByRole('checkbox', { name: 'train' }).click()
  await expect(open('3 cases')).toBeEnabled()
})

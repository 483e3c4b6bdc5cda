import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { dataSetBytes, explicitLittleEndian, part10, sliceElements } from '../engine/formats/make-dicom'
import { accessibilityFindings } from './support/accessibility'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-beside-'))
const EDGE = 48

interface Made {
  readonly uid: string
  readonly words: string
  readonly date: string
  readonly frame: string
  /** Millimetres of a pixel, and where the middle of the first pixel lies along both axes. */
  readonly pixel: number
  readonly origin: number
  readonly heights: readonly number[]
}

const heights = (count: number, from: number, step: number): number[] =>
  Array.from({ length: count }, (_, index) => from + step * index)
const current: Made = {
  ...{ uid: '1.2.3.71', words: 'Chest now', date: '20260314', frame: '1.2.3.700' },
  ...{ pixel: 0.5, origin: 0, heights: heights(12, 0, 3) }
}
const prior: Made = {
  ...{ uid: '1.2.3.72', words: 'Chest before', date: '20251102', frame: '1.2.3.700' },
  ...{ pixel: 1, origin: -8, heights: heights(18, -4, 2) }
}
const elsewhere: Made = {
  ...{ uid: '1.2.3.73', words: 'Chest elsewhere', date: '20240501', frame: '1.2.3.701' },
  ...{ pixel: 0.5, origin: 0, heights: heights(6, 0, 6) }
}

/** A ball at (12, 12, 18) mm in every study, over a slope. */
function writeSeries({ uid, words, date, frame, pixel, origin, heights: all }: Made): void {
  const target = join(folder, uid)
  mkdirSync(target)
  all.forEach((z, index) => {
    const values = Array.from({ length: EDGE * EDGE }, (_, at) => {
      const [x, y] = [origin + pixel * (at % EDGE), origin + pixel * Math.floor(at / EDGE)]
      const ball = Math.hypot(x - 12, y - 12, z - 18) < 6

      return (ball ? 600 : 100) + Math.round(5 * (x + y))
    })
    const elements = sliceElements({
      ...{ rows: EDGE, columns: EDGE, values, position: [origin, origin, z], spacing: [pixel, pixel] },
      ...{ instance: index + 1, series: `${uid}.1` },
      more: [
        ['00080018', 'UI', `${uid}.1.${index + 1}`],
        ['0020000D', 'UI', uid],
        ['00200052', 'UI', frame],
        ['00100010', 'PN', 'Two^Studies'],
        ['00100020', 'LO', 'P-71'],
        ['00080020', 'DA', date],
        ['0008103E', 'LO', words]
      ]
    })
    writeFileSync(join(target, `${index + 1}.dcm`), part10(explicitLittleEndian, dataSetBytes(elements)))
  })
}

test.beforeAll(() => [elsewhere, prior, current].forEach(writeSeries))
test.afterAll(() => rmSync(folder, { recursive: true }))
test.use({ dialogs: { answers: [[folder]] } })

const list = (page: Page): Locator => page.getByRole('listbox', { name: 'Cases' })
const row = (page: Page, words: string): Locator => list(page).getByRole('option').filter({ hasText: words })
const left = (page: Page): Locator => page.getByRole('group', { name: 'Left study' })
const other = (page: Page): Locator => page.getByTestId('other-study')
const windowOf = (study: Locator): Locator => study.getByRole('button', { name: /^Window: W/ })

test('a prior beside the current study: linked by millimetres where one frame of reference allows it', async ({
  page
}) => {
  await waitForSample(page)
  await page.keyboard.press('Control+Alt+o')
  await expect(row(page, 'Chest before')).toBeVisible({ timeout: 30_000 })
  // The earlier one first: the later stands left all the same.
  for (const words of ['Chest before', 'Chest now']) {
    await row(page, words).click()
    await page.keyboard.press('Space')
  }
  await page.keyboard.press('Control+b')
  const said = page.getByTestId('link-said')
  await expect(said).toHaveAttribute('data-kind', 'position')
  await expect(said).toContainText('one frame of reference')
  await expect(left(page)).toContainText('slice 7 of 12 · 3.0 mm')
  await expect(left(page)).toContainText('2026-03-14')
  // 18 mm: (18 + 4) / 2 is the twelfth slice.
  await expect(other(page)).toContainText('slice 12 of 18 · 2.0 mm')
  await expect(other(page)).toContainText('2025-11-02')
  await expect(other(page)).toHaveAttribute('data-slice', '11')
  for (const study of [left(page), other(page)]) {
    for (const letter of ['R', 'L', 'A', 'P']) await expect(study.getByText(letter, { exact: true })).toBeVisible()
    await expect(study.getByTestId('scale-bar')).toBeVisible()
  }
  // One scale: a centimetre is as long on both sides.
  const bars = await page.getByTestId('scale-bar').evaluateAll((all) => all.map((one) => one.textContent.trim()))
  expect(bars).toHaveLength(2)
  expect(bars[0]).toBe(bars[1])

  // The pointer of one study stands at the same millimetre of the other.
  const box = (await page.getByTestId('cell-0').boundingBox())!
  await page.mouse.move(box.x + box.width / 2 + 20, box.y + box.height / 2 - 30)
  const probe = (await left(page).getByTestId('probe').textContent()) ?? ''
  const [x, y] = ['[LR]', '[PA]'].map((letter) => {
    const found = new RegExp(`(${letter}) (\\d+\\.\\d)`, 'u').exec(probe)!

    return (found[1] === 'R' || found[1] === 'A' ? -1 : 1) * Number(found[2])
  })
  const spot = JSON.parse((await other(page).getByTestId('linked-cross').getAttribute('data-spot'))!) as object
  expect(spot).toEqual({ column: Math.round(x + 8), row: Math.round(y + 8), slice: 11 })

  await picture(page, 'two-studies')
  expect(await accessibilityFindings(page)).toEqual([])

  // The wheel over the prior moves both; past its end the view says so.
  await other(page).hover()
  await page.mouse.wheel(0, 120)
  await expect(other(page)).toHaveAttribute('data-slice', '12')
  await page.getByTestId('viewport').focus()
  await page.mouse.click(box.x + 30, box.y + box.height / 2)
  await page.keyboard.press('End')
  await expect(left(page)).toContainText('slice 12 of 12')
  await expect(page.getByTestId('outside')).toBeVisible()
  await page.keyboard.press('Home')
  await expect(other(page)).toHaveAttribute('data-slice', '2')
  await expect(page.getByTestId('outside')).toHaveCount(0)

  // Each its own window, then one for both.
  const before = await windowOf(other(page)).textContent()
  await page.keyboard.press('Alt+2')
  await expect(windowOf(left(page))).not.toHaveText(before ?? '')
  expect(await windowOf(other(page)).textContent()).toBe(before)
  await page.getByLabel(/^Window: each its own/).click()
  await page.getByRole('option', { name: 'one for both' }).click()
  await expect(windowOf(other(page))).toHaveText((await windowOf(left(page)).textContent()) ?? '')

  // Not linked: the other stays where it is.
  await page.getByLabel(/^Linked: /).click()
  await page.getByRole('option', { name: 'not linked' }).click()
  await page.keyboard.press('End')
  await expect(left(page)).toContainText('slice 12 of 12')
  await expect(other(page)).toHaveAttribute('data-slice', '2')

  // Whose study it is can be hidden, on both sides.
  await page.keyboard.press('Control+Shift+H')
  await expect(left(page)).not.toContainText('2026-03-14')
  await expect(other(page)).not.toContainText('2025-11-02')
  await expect(other(page)).not.toContainText('Two, Studies')
})

test('a study of another frame is linked by share of the stack, by the menu of the list, and sides change', async ({
  page
}) => {
  await waitForSample(page)
  await page.keyboard.press('Control+Alt+o')
  await row(page, 'Chest now').dblclick({ timeout: 30_000 })
  await expect(page.getByText(/^slice 7 of 12/)).toBeVisible()
  await page.keyboard.press('Control+1')
  await row(page, 'Chest elsewhere').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Put beside the case in View' }).click()
  const said = page.getByTestId('link-said')
  await expect(said).toHaveAttribute('data-kind', 'relative')
  await expect(said).toContainText('The frames of reference differ.')
  await expect(left(page)).toContainText('2026-03-14')
  // The seventh of twelve is the middle: (6.5 / 12) · 6 − 0.5 = 2.75.
  await expect(other(page)).toHaveAttribute('data-slice', '3')
  await page.getByRole('button', { name: 'Change sides' }).click()
  await expect(left(page)).toContainText('2024-05-01')
  await expect(other(page)).toContainText('2026-03-14')
  await page.getByRole('button', { name: 'Close the other study' }).click()
  await expect(other(page)).toHaveCount(0)
})

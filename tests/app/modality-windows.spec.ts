import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sliceFile } from '../engine/formats/make-dicom'
import { drag } from './support/drag'
import { imagePointer, storedDrawing } from './support/drawn-labelmap'
import { root } from './support/launch'
import { waitForSample } from './support/sample'
import { expect, picture, test } from './support/test'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-modality-'))
const sample = readFileSync(join(root, 'resources', 'sample', 'cases', 'p0001.dcm'))

/**
 * Windows that stand after those of every image, with width and level: shares of the sorted values, or of the highest (4095), as
 * NumPy has them of the same pixels.
 */
const presets: readonly (readonly [modality: string, windows: readonly (readonly [name: string, shown: RegExp])[]])[] =
  [
    [
      'MG',
      [
        ['Strong contrast, middle 80 %', /^W 2888\s+L 2159$/],
        ['Low values, lower 60 %', /^W 2906\s+L 1478$/],
        ['High values, upper 60 %', /^W 1832\s+L 3179$/]
      ]
    ],
    [
      'PT',
      [
        ['0 to 25 % of the highest', /^W 1024\s+L 512$/],
        ['0 to 50 % of the highest', /^W 204[78]\s+L 1024$/]
      ]
    ]
  ]

/** The radiograph of the sample as if it came from another kind of scanner: Modality (0008,0060), two letters. */
function as(modality: string): string {
  const bytes = Buffer.from(sample)
  const at = bytes.indexOf(Buffer.from([0x08, 0x00, 0x60, 0x00, 0x43, 0x53, 0x02, 0x00]))
  expect(bytes.toString('latin1', at + 8, at + 10)).toBe('DX')
  bytes.write(modality, at + 8, 'latin1')
  // An image of its own: the file meta information, SOP instance, study and series have other numbers.
  const digit = String(7 + presets.findIndex(([one]) => one === modality))
  for (const [group, element] of [
    [0x0002, 0x0003],
    [0x0008, 0x0018],
    [0x0020, 0x000d],
    [0x0020, 0x000e]
  ])
    renumber(bytes, [group & 255, group >> 8, element & 255, element >> 8], digit)
  const path = join(folder, `${modality}.dcm`)
  writeFileSync(path, bytes)

  return path
}

/** Writes another last digit into a UID. */
function renumber(bytes: Buffer, tag: readonly number[], digit: string): void {
  const at = bytes.indexOf(Buffer.from([...tag, 0x55, 0x49]))
  expect(at).toBeGreaterThan(0)
  const value = bytes.toString('latin1', at + 8, at + 8 + bytes.readUInt16LE(at + 6)).replace(/\0$/u, '')
  bytes.write(digit, at + 8 + value.length - 1, 'latin1')
}

test.describe('windows by modality', () => {
  test.use({ dialogs: { answers: presets.map(([modality]) => [as(modality)]) } })

  test('a mammogram and a PET have windows of their own, and the keys choose them', async ({ page }) => {
    await waitForSample(page)
    const window = page.getByRole('button', { name: /^Window: / })
    for (const [modality, windows] of presets) {
      await page.keyboard.press('Control+o')
      await expect(page.getByTestId('viewport')).toContainText(modality)
      await page.getByTestId('viewport').focus()
      // After those of every image: from the file, full range, automatic.
      for (const [at, [, shown]] of windows.entries()) {
        await page.keyboard.press('w')
        await page.keyboard.press(String(at + 4))
        await expect(window).toHaveText(shown)
      }
      // What is missing for uptake is said, and no number of it.
      await expect(page.getByTestId('uptake')).toHaveText(
        modality === 'PT' ? ['No SUV. The file does not say in which unit its values are.'] : []
      )
      await picture(page, `window-${modality.toLowerCase()}`)
      await window.click()
      for (const [name] of windows) await expect(page.getByRole('button', { name })).toBeVisible()
      await picture(page, `window-${modality.toLowerCase()}-presets`)
      await page.keyboard.press('Escape')
    }
  })
})

const [COLUMNS, ROWS] = [64, 48]

/**
 * A PET whose pixels hold 2,500 Bq/ml in a left half and 10,000 in the right one: SUV 1 and 4, as 74,000 g are divided by the 185 MBq
 * that are left of 370 an hour after the injection, which is the half-life here.
 */
function uptake(): string {
  const path = join(folder, 'uptake.dcm')
  const values = Array.from({ length: COLUMNS * ROWS }, (_, at) => (at % COLUMNS < COLUMNS / 2 ? 1000 : 4000))
  const bytes = sliceFile({
    ...{ rows: ROWS, columns: COLUMNS, values, spacing: [4, 4], series: '1.2.3.77' },
    more: [
      ['00080060', 'CS', 'PT'],
      ['00080021', 'DA', '20260314'],
      ['00080022', 'DA', '20260314'],
      ['00080031', 'TM', '093000'],
      ['00080032', 'TM', '093500'],
      ['00101030', 'DS', '74'],
      ['00280051', 'CS', 'DECY\\ATTN'],
      ['00281052', 'DS', '0'],
      ['00281053', 'DS', '2.5'],
      ['00541001', 'CS', 'BQML'],
      ['00541102', 'CS', 'START'],
      [
        '00540016',
        'SQ',
        [
          [
            ['00181072', 'TM', '083000'],
            ['00181074', 'DS', '370000000'],
            ['00181075', 'DS', '3600']
          ]
        ]
      ]
    ]
  })
  writeFileSync(path, bytes)

  return path
}

test.describe('uptake', () => {
  test.use({ dialogs: { answers: [[uptake()]] } })

  test('of a PET stands in its header, at the cursor, in the figures of a region, in its windows and in the tools', async ({
    page,
    running
  }) => {
    await waitForSample(page)
    await page.keyboard.press('Control+o')
    await expect(page.getByTestId('uptake')).toHaveText('Values in SUV by body weight (SUVbw)')
    await page.getByTestId('viewport').focus()
    const window = page.getByRole('button', { name: /^Window: / })
    // From the file, or automatic, and full range come first.
    await page.keyboard.press('w')
    await page.keyboard.press('3')
    await expect(window).toHaveText(/^W 5\s+L 2\.5 SUVbw$/)

    const box = (await page.getByTestId('cell-0').boundingBox())!
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x + 60, y)
    await expect(page.getByTestId('probe')).toContainText('Image 4 SUVbw')
    await page.keyboard.press('Shift+U')
    await page.keyboard.press('4')
    await page.mouse.move(x - 120, y - 40)
    await page.mouse.down()
    await page.mouse.move(x - 80, y)
    await page.mouse.move(x - 40, y + 40)
    await page.mouse.up()
    const list = page.getByTestId('measurements')
    await expect(list.getByText('1.00 SUVbw')).toHaveCount(3)
    await expect(list.getByText('0.00 SUVbw')).toHaveCount(1)
    await picture(page, 'window-uptake')

    // The range and the band of the drawing tools are of the same unit.
    await page.keyboard.press('Control+3')
    const tools = page.getByRole('region', { name: 'Tools' })
    const viewport = page.getByTestId('read-viewport')
    await expect(viewport).toHaveAttribute('data-drawing', /.+/)
    await viewport.focus()
    await page.keyboard.press('Shift+T')
    await expect(tools.getByLabel('From', { exact: true })).toHaveValue('0')
    await expect(tools.getByLabel('to', { exact: true })).toHaveValue('5')
    await expect(tools.getByText(/SUVbw/)).toHaveCount(1)
    await tools.getByLabel('From', { exact: true }).fill('4')
    await tools.getByLabel('From', { exact: true }).press('Enter')
    await viewport.focus()
    const { at } = await imagePointer(page)
    await page.keyboard.press('Shift+D')
    await drag(page, [at(20, 10), at(40, 20)])
    await expect(viewport).toHaveAttribute('data-entries', '2')
    const marked = async (): Promise<number[]> => {
      const stored = await storedDrawing(page, running.userFolder)

      return stored.pixels(stored.segments[0].segment, 0)
    }
    const right = (index: number): boolean => index % COLUMNS >= COLUMNS / 2
    // Rows 10 to 19 of the eight columns of SUV 4; none of SUV 1, though its values in the file are above 4 as well.
    expect((await marked()).filter(right)).toHaveLength(80)
    expect((await marked()).filter((index) => !right(index))).toEqual([])
    await picture(page, 'read-uptake')

    await page.keyboard.press('Shift+T')
    await page.keyboard.press('g')
    await expect(tools.getByText(/SUVbw/)).toHaveCount(1)
    await tools.getByLabel(/^Band/).fill('2.9')
    await tools.getByLabel(/^Band/).press('Enter')
    await viewport.focus()
    await drag(page, [at(10, 10)])
    await expect(viewport).toHaveAttribute('data-entries', '3')
    // All of SUV 1 and nothing of SUV 4: a band of 2.9 in the unit of the file would be as narrow, one of 3.1 SUV takes all.
    expect((await marked()).filter((index) => !right(index))).toHaveLength((COLUMNS * ROWS) / 2)
    expect((await marked()).filter(right)).toHaveLength(80)
    await page.keyboard.press('Control+z')
    await expect(viewport).toHaveAttribute('data-entries', '2')
    await tools.getByLabel(/^Band/).fill('3.1')
    await tools.getByLabel(/^Band/).press('Enter')
    await viewport.focus()
    await drag(page, [at(10, 10)])
    await expect(viewport).toHaveAttribute('data-entries', '3')
    expect(await marked()).toHaveLength(COLUMNS * ROWS)
  })
})

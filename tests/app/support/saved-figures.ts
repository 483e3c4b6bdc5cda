import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { expect } from '@playwright/test'

/** Saves what is on the screen into two folders; the same picture gives the same bytes. */
export async function savedTwice(save: () => Promise<void>, folders: readonly string[]): Promise<Buffer> {
  for (const folder of folders) {
    await save()
    await expect.poll(() => readdirSync(folder).filter((name) => name.endsWith('.png'))).toHaveLength(1)
  }
  const [first, second] = folders.map((folder) => readFileSync(join(folder, readdirSync(folder)[0])))
  expect(first.equals(second)).toBe(true)

  return first
}

/** How many of the places of a figure's grid hold a picture: something else than one flat colour. */
export async function picturesIn(png: Buffer, columns: number): Promise<number> {
  const image = await loadImage(png)
  const canvas = createCanvas(image.width, image.height)
  const pen = canvas.getContext('2d')
  pen.drawImage(image, 0, 0)
  const [left, top, panel, gap] = [16, 74, 224, 12]
  const pitch = (image.height - 16 - 58 - 34) / Math.round((image.height - 108) / (panel + 18 + 2 * 15 + 4 + gap))
  let found = 0
  for (let y = top + 18; y + panel <= image.height - 34; y += pitch) {
    for (let column = 0; column < columns; column++) {
      const { data } = pen.getImageData(left + column * (panel + gap) + 40, Math.round(y) + 40, 140, 140)
      const seen = new Set<number>()
      for (let at = 0; at < data.length; at += 4) seen.add(data[at])
      if (seen.size > 20) found++
    }
  }

  return found
}

/** Which panels of a sheet's figure carry a note: black with writing over the lower part of the picture, row by row. */
export async function notedPanels(png: Buffer, columns: number, count: number): Promise<boolean[]> {
  const image = await loadImage(png)
  const canvas = createCanvas(image.width, image.height)
  const pen = canvas.getContext('2d')
  pen.drawImage(image, 0, 0)
  const [left, top, panel, gap] = [16, 74, 224, 12]
  const pitch = (image.height - 108) / Math.ceil(count / columns)

  return Array.from({ length: count }, (_, at) => {
    const x = left + (at % columns) * (panel + gap)
    const y = Math.round(top + 18 + Math.floor(at / columns) * pitch)
    // The last line of a note: 13 rows of which most are black, and some are of its ink.
    const { data } = pen.getImageData(x + panel / 2 - 40, y + panel - 53, 80, 13)
    const reds = data.filter((_value, at) => at % 4 === 0)

    return reds.filter((red) => red < 60).length > reds.length / 2 && reds.some((red) => red > 200)
  })
}

/** Whether each panel of a one-row figure of 320 pixels a panel holds a picture, and ink of letters in the middle of its left and right edge. */
export async function letteredPanels(png: Buffer, count: number): Promise<boolean[]> {
  const image = await loadImage(png)
  const canvas = createCanvas(image.width, image.height)
  const pen = canvas.getContext('2d')
  pen.drawImage(image, 0, 0)
  expect(image.width).toBe(2 * 16 + count * 320 + (count - 1) * 12)
  const height = image.height - 16 - 58 - 34 - 12 - 18 - 4 - 2 * 15
  const bright = (x: number, y: number): number => {
    const { data } = pen.getImageData(x, y, 16, 16)
    let found = 0
    for (let at = 0; at < data.length; at += 4)
      if (data[at] > 190 && Math.abs(data[at] - 220) < 30 && data[at + 2] >= data[at]) found++

    return found
  }

  return Array.from({ length: count }, (_, at) => {
    const x = 16 + at * (320 + 12)
    const middle = 16 + 58 + 18 + Math.round(height / 2)
    const { data } = pen.getImageData(x + 60, middle - 60, 150, 120)
    const shades = new Set(data.filter((_value, index) => index % 4 === 0))

    return shades.size > 20 && bright(x + 1, middle - 8) > 10
  })
}

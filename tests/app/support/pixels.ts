import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { root } from './launch'

export type Colour = readonly [number, number, number]

/** One point of the first cell: the grey image alone, and with the overlay on it, as the window shows them. */
export interface PixelPair {
  readonly x: number
  readonly y: number
  readonly grey: Colour
  readonly blended: Colour
}

/** Reads the two canvases of the first cell on a lattice of points, laid over one another as the window does it. */
export async function readPixels(page: Page, step: number): Promise<PixelPair[]> {
  return page.evaluate((every) => {
    const cell = document.querySelector('[data-testid=cell-0]')!
    const grey = cell.querySelector<HTMLCanvasElement>('[data-testid=grey-stage] canvas')!
    const overlay = cell.querySelector<HTMLCanvasElement>('[data-testid=overlay]')!
    const { width, height } = grey
    const scratch = document.createElement('canvas')
    scratch.width = width
    scratch.height = height
    const context = scratch.getContext('2d', { willReadFrequently: true })!
    context.drawImage(grey, 0, 0)
    const below = context.getImageData(0, 0, width, height).data
    context.drawImage(overlay, 0, 0, width, height)
    const both = context.getImageData(0, 0, width, height).data

    const pairs = []
    for (let y = every; y < height - every; y += every) {
      for (let x = every; x < width - every; x += every) {
        const at = 4 * (y * width + x)
        const colour = (from: Uint8ClampedArray): [number, number, number] => [from[at], from[at + 1], from[at + 2]]
        pairs.push({ x, y, grey: colour(below), blended: colour(both) })
      }
    }

    return pairs
  }, step)
}

/** One row of both canvases, red channel only: for finding where cells begin. */
export async function readRow(page: Page, y: number): Promise<{ grey: number[]; overlay: number[] }> {
  return page.evaluate((row) => {
    const cell = document.querySelector('[data-testid=cell-0]')!
    const read = (selector: string): number[] => {
      const canvas = cell.querySelector<HTMLCanvasElement>(selector)!
      const scratch = document.createElement('canvas')
      scratch.width = canvas.width
      scratch.height = 1
      const context = scratch.getContext('2d')!
      context.drawImage(canvas, 0, -row)
      const { data } = context.getImageData(0, 0, canvas.width, 1)

      return Array.from({ length: canvas.width }, (_, x) => data[4 * x])
    }

    return { grey: read('[data-testid=grey-stage] canvas'), overlay: read('[data-testid=overlay]') }
  }, y)
}

/** A colour map of the product, read from its file. */
export function colourTable(id: string): Colour[] {
  const file = JSON.parse(readFileSync(join(root, 'resources', 'colour-maps', `${id}.json`), 'utf8')) as {
    colours: string[]
  }

  return file.colours.map(
    (hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour
  )
}

/** Row of the table nearest to a colour, and how far away it is in the worst channel. */
export function nearestRow(table: readonly Colour[], colour: Colour): { row: number; distance: number } {
  let best = { row: 0, distance: Number.POSITIVE_INFINITY }
  table.forEach((entry, row) => {
    const distance = Math.max(...entry.map((channel, index) => Math.abs(channel - colour[index])))
    if (distance < best.distance) best = { row, distance }
  })

  return best
}

/** `(1 − α) · grey + α · colour`, rounded half up, per channel: screens, section 5. */
export function blended(grey: Colour, colour: Colour, alpha: number): Colour {
  return [0, 1, 2].map((index) =>
    Math.floor((1 - alpha) * grey[index] + alpha * colour[index] + 0.5)
  ) as unknown as Colour
}

export function worstDifference(a: Colour, b: Colour): number {
  return Math.max(...a.map((channel, index) => Math.abs(channel - b[index])))
}

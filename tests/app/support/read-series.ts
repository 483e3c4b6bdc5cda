import { expect, type Page } from '@playwright/test'
import type { Spot } from './drag'
import { waitForSample } from './sample'

interface Plane {
  readonly columns: number
  readonly rows: number
  readonly spacing: readonly [number, number, number]
}

/** The pixel rules of the tools, told a second time: a pixel is marked when its centre lies in the shape. */
export function pixelsOf({ columns, rows, spacing }: Plane): {
  /** Numbers of the pixels whose centre a rule holds. */
  pixelsWhere(rule: (x: number, y: number) => boolean): number[]
  /** Distance of a point to the way through some spots, in millimetres of the slice. */
  toWay(x: number, y: number, spots: readonly Spot[]): number
} {
  const [sx, sy] = spacing

  return {
    pixelsWhere: (rule) =>
      Array.from({ length: columns * rows }, (_, index) => index).filter((index) =>
        rule((index % columns) + 0.5, Math.floor(index / columns) + 0.5)
      ),
    toWay: (x, y, spots) => {
      const distances = spots.map((to, index) => {
        const from = spots[Math.max(0, index - 1)]
        const [wayX, wayY] = [(to.x - from.x) * sx, (to.y - from.y) * sy]
        const [px, py] = [(x - from.x) * sx, (y - from.y) * sy]
        const length = wayX ** 2 + wayY ** 2
        const share = length === 0 ? 0 : Math.min(1, Math.max(0, (px * wayX + py * wayY) / length))

        return Math.hypot(px - share * wayX, py - share * wayY)
      })

      return Math.min(...distances)
    }
  }
}

/** Inside of a triangle, left of all three sides. */
export const inTriangle =
  (corners: readonly { x: number; y: number }[]) =>
  (x: number, y: number): boolean =>
    corners.every((corner, index) => {
      const next = corners[(index + 1) % 3]

      return (next.x - corner.x) * (y - corner.y) - (next.y - corner.y) * (x - corner.x) > 0
    })

/** Opens the file the dialog answers with, and shows it on the Read screen. */
export async function openRead(page: Page): Promise<void> {
  await waitForSample(page)
  await page.keyboard.press('Control+o')
  await expect(page.getByRole('heading', { name: /series/ })).toBeVisible()
  await page.keyboard.press('Control+3')
  await expect(page.getByRole('heading', { name: 'Outline' })).toBeVisible()
  await expect(page.getByTestId('read-viewport')).toHaveAttribute('data-drawing', /.+/)
  await page.getByTestId('read-viewport').focus()
}

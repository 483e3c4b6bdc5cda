import type { Page } from '@playwright/test'

/** A place on the screen and the pixel of the image there. */
export type Spot = { screen: [number, number]; x: number; y: number }

/** Presses at the first spot, moves through the others and lets go. */
export async function drag(page: Page, spots: readonly Spot[]): Promise<void> {
  await page.mouse.move(...spots[0].screen)
  await page.mouse.down()
  for (const { screen } of spots.slice(1)) await page.mouse.move(...screen)
  await page.mouse.up()
}

import type { Page } from '@playwright/test'

/** Drags files and folders from outside over the middle of the window; `drop` lets go of them. */
export async function dragOver(page: Page, paths: readonly string[]): Promise<{ drop(): Promise<void> }> {
  const session = await page.context().newCDPSession(page)
  const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
  const event = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', {
      type,
      x: Math.round(width / 2),
      y: Math.round(height / 2),
      data: { items: [], files: [...paths], dragOperationsMask: 1 }
    })
  await event('dragEnter')
  await event('dragOver')

  return {
    drop: async () => {
      await event('drop')
      await session.detach()
    }
  }
}

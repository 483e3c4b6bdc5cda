import { expect, picture, test } from './support/test'

test('opens one calm window that says what it is', async ({ running, page }) => {
  await expect(page).toHaveTitle('Saliscope')
  await expect(page.getByText('Research use. Not for diagnosis.').first()).toBeVisible()
  expect(running.app.windows()).toHaveLength(1)

  const image = await picture(page, 'start')
  expect(image.length).toBeGreaterThan(10_000)
})

test('remembers where the window was', async ({ running }) => {
  const wanted = { x: 40, y: 30, width: 1300, height: 820 }
  await running.app.evaluate(({ BrowserWindow }, bounds) => {
    const [window] = BrowserWindow.getAllWindows()
    window?.setBounds(bounds)
    window?.close()
  }, wanted)
  await expect.poll(() => running.process.exitCode).toBe(0)

  const { launch } = await import('./support/launch')
  const again = await launch({ userFolder: running.userFolder })
  const bounds = await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  await again.close()

  expect(bounds).toEqual(wanted)
})

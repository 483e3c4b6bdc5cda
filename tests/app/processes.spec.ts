import type { ElectronApplication } from '@playwright/test'
import { addMaps, waitForSample } from './support/sample'
import { expect, test } from './support/test'

/** Process ids of our utility processes with this name. */
function pidsOf(app: ElectronApplication, name: string): Promise<number[]> {
  return app.evaluate(
    ({ app: program }, wanted) =>
      program
        .getAppMetrics()
        .filter((metric) => metric.name === wanted)
        .map((metric) => metric.pid),
    name
  )
}

test('engine and page are processes of their own, and the engine does not outlive the window', async ({ running }) => {
  const [engine] = await pidsOf(running.app, 'Saliscope engine')
  expect(engine).toBeGreaterThan(0)
  expect(engine).not.toBe(running.process.pid)

  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await expect.poll(() => running.process.exitCode).toBe(0)
  await expect.poll(() => isAlive(engine ?? 0)).toBe(false)
})

test('a crashed engine is started again, the page is told, and what was open is open with its map', async ({
  running,
  page
}) => {
  await waitForSample(page)
  await expect(page.getByText(/^computed in /)).toHaveCount(1, { timeout: 60_000 })
  const [engine] = await pidsOf(running.app, 'Saliscope engine')
  process.kill(engine ?? 0, 'SIGKILL')

  await expect(page.getByText('The computation stopped unexpectedly and was restarted.').first()).toBeVisible()
  await expect.poll(() => pidsOf(running.app, 'Saliscope engine')).toHaveLength(1)
  expect(await pidsOf(running.app, 'Saliscope engine')).not.toContain(engine)

  await expect(page.getByText('What was open is open again').first()).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/^computed in /)).toHaveCount(1, { timeout: 60_000 })
  await addMaps(page, ['Integrated gradients'], [])
  await expect(page.getByText(/^computed in /)).toHaveCount(2, { timeout: 60_000 })
})

test('a killed inference process is started again, named, and the map is finished', async ({ running, page }) => {
  await waitForSample(page)
  await addMaps(page, ['Occlusion', 'Integrated gradients'], ['SmoothGrad'])
  await expect(page.getByRole('button', { name: /^Stop Integrated gradients/ })).toBeVisible()
  for (const pid of await pidsOf(running.app, 'Saliscope inference')) process.kill(pid, 'SIGKILL')

  await expect(page.getByText(/^The computation with .* was started again\.$/).first()).toBeVisible()
  await expect(page.getByText(/^computed in /)).toHaveCount(3, { timeout: 120_000 })
})

test('stopping a long run answers at once', async ({ page }) => {
  await waitForSample(page)
  await addMaps(page, ['Integrated gradients'], ['SmoothGrad'])
  await page.getByRole('button', { name: /^Stop Integrated gradients/ }).click()

  const clicked = Date.now()
  await expect(page.getByText(/^Stopp(ing|ed)/).first()).toBeVisible()
  // 100 ms is the promise to the eye; the rest is what Playwright needs to look.
  expect(Date.now() - clicked).toBeLessThan(1000)
  await expect(page.getByText(/^Stopped/).first()).toBeVisible({ timeout: 5000 })
})

test('the main process stays free while the engine works', async ({ running, page }) => {
  await expect(page.getByText('Research use. Not for diagnosis.').first()).toBeVisible()
  const slowest = await running.app.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let worst = 0
        let last = performance.now()
        const timer = setInterval(() => {
          const now = performance.now()
          worst = Math.max(worst, now - last - 10)
          last = now
        }, 10)
        setTimeout(() => {
          clearInterval(timer)
          resolve(worst)
        }, 2000)
      })
  )

  // Generous, because the machine that tests may be busy; a main process that computed would stand still for seconds.
  expect(slowest).toBeLessThan(500)
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)

    return true
  } catch {
    return false
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ShellApi, ShellEvent } from '../../src-main/shared/shell-calls'
import { waitForSample } from './support/sample'
import { expect, test } from './support/test'

declare global {
  interface Window {
    heardEvents?: ShellEvent[]
  }
}

const folder = mkdtempSync(join(tmpdir(), 'shell-spec-'))
const image = join(folder, 'a scan.png')
writeFileSync(image, '')
test.afterAll(() => rmSync(folder, { recursive: true }))

test.describe('dialogs', () => {
  test.use({ dialogs: { answers: [[image, folder], null, folder] } })

  test('hand the page tokens and names, never paths', async ({ page }) => {
    const [files, model, target] = await page.evaluate(async () => {
      const { saliscope } = window as unknown as { saliscope: ShellApi }

      return [
        await saliscope.openFiles(),
        await saliscope.openModel(),
        await saliscope.chooseFolder({ purpose: 'report' })
      ]
    })

    expect(files).toMatchObject([
      { name: 'a scan.png', kind: 'file' },
      { name: folder.split('/').at(-1), kind: 'folder' }
    ])
    expect(model).toBeNull()
    expect(target).toEqual(Array.isArray(files) ? files[1] : undefined)
    expect(JSON.stringify([files, target])).not.toContain(`${tmpdir()}/`)
  })
})

test('a file picked in the page becomes a token; an object that only looks like a file does not', async ({ page }) => {
  await page.evaluate(() => {
    const input = Object.assign(document.createElement('input'), { type: 'file', id: 'probe' })
    document.body.append(input)
  })
  await page.setInputFiles('#probe', image)

  const granted = await page.evaluate(async () => {
    const { saliscope } = window as unknown as { saliscope: ShellApi }
    const input = document.querySelector<HTMLInputElement>('#probe')

    return saliscope.grantDropped([...(input?.files ?? []), new File(['x'], '/etc/passwd')])
  })

  expect(granted).toMatchObject([{ name: 'a scan.png', kind: 'file' }])
})

test('every menu command reaches the page', async ({ running, page }) => {
  await page.evaluate(() => {
    window.heardEvents = []
    const { saliscope } = window as unknown as { saliscope: ShellApi }
    saliscope.onEvent((event) => window.heardEvents?.push(event))
  })
  const commands = await running.app.evaluate(({ Menu }) => {
    const items = (Menu.getApplicationMenu()?.items ?? []).flatMap((top) => top.submenu?.items ?? [])
    const ours = items.filter((item) =>
      /^(open|import|export|save|screen|toggle|stop|find|show|about)/.test(item.id ?? '')
    )
    for (const item of ours) item.click()

    return ours.map((item) => item.id)
  })

  expect(commands).toContain('open-files')
  expect(commands).toContain('save-report')
  const heard = (): Promise<string[]> =>
    page.evaluate(() => (window.heardEvents ?? []).flatMap((event) => (event.kind === 'menu' ? [event.command] : [])))
  await expect.poll(heard).toEqual(commands)
})

test('closing asks while jobs run, and closes at once when none do', async ({ running, page }) => {
  const closeWindow = (): Promise<void> =>
    running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  const setBusy = (jobs: number): Promise<void> =>
    page.evaluate((count) => (window as unknown as { saliscope: ShellApi }).saliscope.setBusy({ jobs: count }), jobs)

  // The window tells of its own jobs too: the welcome map must be there before others are made up.
  await waitForSample(page)
  await expect(page.getByText(/^computed in /).first()).toBeVisible({ timeout: 60_000 })
  await setBusy(2)
  await closeWindow()
  const question = page.getByRole('dialog')
  await expect(question).toBeVisible()
  await expect(question).toContainText('2')
  await page.evaluate(() => (window as unknown as { saliscope: ShellApi }).saliscope.quitAnswer({ quit: false }))
  expect(running.process.exitCode).toBeNull()

  await setBusy(0)
  await closeWindow()
  await expect.poll(() => running.process.exitCode).toBe(0)
})

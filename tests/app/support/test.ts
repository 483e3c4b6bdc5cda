import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test as base, type Locator, type Page } from '@playwright/test'
import { launch, root, type DialogAnswers, type RunningApp } from './launch'

interface Fixtures {
  /** What the file dialogs of this test answer, in order; in an object, because Playwright takes arrays apart. */
  dialogs: { answers: DialogAnswers }
  /** The program on a fresh user folder; the test fails if the page logged an error that `toleratedErrors` does not name. */
  running: RunningApp
  page: Page
  /** Console errors a test provokes on purpose. */
  toleratedErrors: RegExp[]
}

/** `test` with the real window: `import { expect, test } from './support/test'`. */
export const test = base.extend<Fixtures>({
  dialogs: [{ answers: [] }, { option: true }],
  toleratedErrors: [[], { option: true }],

  running: async ({ dialogs, toleratedErrors }, use) => {
    const running = await launch({ dialogs: dialogs.answers })
    await use(running)
    await running.close()

    const unexpected = running.pageErrors.filter((text) => !toleratedErrors.some((pattern) => pattern.test(text)))
    expect(unexpected, 'errors in the page console').toEqual([])
  },

  page: async ({ running }, use) => use(running.page)
})

/** Where pictures go: docs/screens when `scripts/screens.mjs` asks for them, else out/screens for whoever reads the run. */
const pictures = process.env['SALISCOPE_SCREENS'] ?? join(root, 'out', 'screens')

/** Pictures are made for the documents. */
export const forDocuments = process.env['SALISCOPE_SCREENS'] !== undefined

/**
 * Keeps a picture of the window, or of one part of it. Those in the documents are JPEG, so that one of every screen
 * stays below the size a repository should carry.
 */
export async function picture(page: Page, name: string, part?: Locator): Promise<Buffer> {
  mkdirSync(pictures, { recursive: true })
  const clip = await part?.boundingBox()

  return page.screenshot({
    path: join(pictures, `${name}.${forDocuments ? 'jpg' : 'png'}`),
    animations: 'disabled',
    ...(forDocuments ? { type: 'jpeg', quality: 70 } : {}),
    ...(clip ? { clip } : {})
  })
}

export { expect }

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { quietJob } from '@engine/job'
import { engineOn } from '../support/drawing'
import { commandLine } from '../support/in-process'
import { openNow, ownFolder, readCase } from '../support/reading'

const folder = ownFolder('readers-cli')
const workspace = join(folder, 'workspace')
afterAll(() => rmSync(folder, { recursive: true }))
const readers = (...args: string[]) => commandLine(['readers', ...args, '--workspace', workspace])
const images = ['p0001', 'p0002', 'p0003'].map((name) => resolve('resources/sample/cases', `${name}.dcm`))
const job = quietJob()

/** Reads a package to its end on a computer of its own; `shift` moves its outlines. */
async function readElsewhere(file: string, shift: number): Promise<string> {
  const engine = engineOn(join(folder, `reader-${shift}`))
  await engine.call('reading.openPackage', { grant: file }, job)
  const { total } = await openNow(engine)
  for (let reading = 0; reading < total; reading++) await readCase(engine, [40 + shift, 40, 70 + shift, 70], 4)
  const { files } = await engine.call('reading.return', { grant: folder }, job)
  await engine.shutDown()
  return join(folder, files[0])
}

test('a study from plan to reference standard, by files alone', async () => {
  const planned = await readers(
    'plan',
    ...images,
    '--title',
    'Trial',
    '--readers',
    'Ada',
    'Ben',
    '--segments',
    'Opacity',
    '--repeats',
    '1',
    '--json'
  )
  expect(planned.status).toBe(0)
  expect(JSON.parse(planned.stdout)).toMatchObject({ title: 'Trial', cases: 3, repeats: 1, seed: 42 })
  expect((await readers('agreement', 'Trial')).stdout).toMatch(/Nobody has finished a case yet/)

  const returned: string[] = []
  for (const [index, name] of ['Ada', 'Ben'].entries()) {
    const made = await readers('package', 'Trial', '--reader', name, '--out', folder)
    expect(made.stdout.trim()).toBe(`Trial-${name}.reading`)
    returned.push(await readElsewhere(join(folder, made.stdout.trim()), 5 * index))
  }
  const merged = await readers('merge', ...returned)
  expect(merged.stdout).toBe(
    'Ada: 4 of 4 cases are done; 4 came with this file.\nBen: 4 of 4 cases are done; 4 came with this file.\n'
  )
  expect((await readers('merge', ...returned)).stdout).toMatch(/taken in before.*\n.*taken in before/)
  expect((await readers('list')).stdout).toMatch(/Ada: 4 of 4\n.*Ben: 4 of 4/)

  // Two squares of 30 pixels, 5 apart: 25 of 30 columns in both. The edges are 5 pixels apart at 95 of 100.
  const agreement = JSON.parse((await readers('agreement', 'Trial', '--json')).stdout) as {
    rows: { id: string; value: number; ci95: number[] }[]
  }
  const figures = Object.fromEntries(agreement.rows.map(({ id, value }) => [id, value]))
  expect(figures['dice']).toBeCloseTo(25 / 30, 12)
  expect(figures['iou']).toBeCloseTo(25 / 35, 12)
  expect(figures['dice-twice']).toBe(1)
  expect((await readers('agreement', 'Trial')).stdout).toMatch(
    /Outlines overlap \(Dice\): 0\.833 \(95 % interval 0\.833 to 0\.833; 3 cases/
  )

  const out = join(folder, 'reference')
  const consensus = await readers('consensus', 'Trial', '--method', 'majority', '--out', out, '--json')
  const { consensus: cases } = JSON.parse(consensus.stdout) as { consensus: { voxels: number }[] }
  // Two readers: what both marked.
  expect(cases.map(({ voxels }) => voxels)).toEqual([750, 750, 750])
  expect(existsSync(join(out, 'experiment.json'))).toBe(true)
  const experiment = JSON.parse(readFileSync(join(out, 'experiment.json'), 'utf8')) as { cases: { image: string }[] }
  expect(existsSync(resolve(out, experiment.cases[0].image))).toBe(true)

  expect((await readers('export', 'Trial', '--out', join(folder, 'tables'))).stdout).toBe(
    'readings.csv\nagreement.csv\nstudy.json\n'
  )
  // The consensus, and each reader's own beside it.
  const masks = join(folder, 'masks')
  const order = ['--workspace', workspace, '--study', 'Trial', '--as', 'boxes', '--out', masks]
  expect((await commandLine(['masks', 'export', ...order, '--readers'])).stdout.split('\n')).toEqual(
    expect.arrayContaining([
      'case-0001/outlines.boxes.csv',
      'case-0001/readers/reader-1/outlines.boxes.csv',
      'case-0003/readers/reader-2/outlines.boxes.csv',
      'case-0003/outlines.csv'
    ])
  )
  const table = readFileSync(join(masks, 'case-0001', 'outlines.csv'), 'utf8')
    .trim()
    .split('\r\n')
  expect(table.slice(2)).toEqual(['1', '2'].map((n) => `reader-${n},reader,Opacity,pixels,900,,,,,`))
  expect(await commandLine(['masks', 'export', ...order.slice(2), '--workspace', join(folder, 'none')])).toMatchObject({
    status: 3
  })

  expect((await readers('verify', 'Trial')).stdout).toMatch(/^This study is whole: \d+ entries/)
})

test('says what is missing', async () => {
  expect(await readers('plan', '--title', 'x')).toMatchObject({ status: 2 })
  expect((await readers('plan', images[0], '--title', 'x', '--segments', 'a')).stderr).toMatch(/No reader is named/)
  expect(
    (await readers('plan', images[0], '--title', 'x', '--readers', 'a', '--segments', 'a', '--hide', 'all')).stderr
  ).toMatch(/not "all"/)
  expect(await readers('package', 'Nothing', '--reader', 'a', '--out', folder)).toMatchObject({ status: 3 })
  expect((await commandLine(['readers', 'list'])).stderr).toMatch(/--workspace is missing/)
  expect((await readers('merge', images[0])).stderr).toMatch(/is no reading package/)
  expect((await readers('shake')).stderr).toMatch(/there is no verb "shake"/)
})

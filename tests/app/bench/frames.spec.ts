import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { root } from '../support/launch'
import { addMaps, waitForSample } from '../support/sample'
import { writeTinyNifti } from '../support/tiny-nifti'
import { expect, test } from '../support/test'

/**
 * Times between frames while slices turn, the opacity slides, level and width are dragged, and the three cuts turn.
 * `SALISCOPE_BENCH=1 npx playwright test tests/app/bench` does it on 512 × 512 × 300 voxels and keeps the figures in
 * benchmarks/results; with SALISCOPE_NIGHTLY=1 a small volume shows that the script works, and nothing is said of time.
 */
const full = process.env['SALISCOPE_BENCH'] !== undefined
test.skip(!full && process.env['SALISCOPE_NIGHTLY'] === undefined, 'a bench: SALISCOPE_BENCH=1')
const [edge, slices, moves] = full ? [512, 300, 240] : [48, 12, 24]

const folder = mkdtempSync(join(tmpdir(), 'saliscope-frames-'))
const path = join(folder, 'volume.nii')
test.setTimeout(full ? 900_000 : 120_000)
test.use({ dialogs: { answers: [[path]] } })
test.beforeAll(() => {
  writeTinyNifti(path, {
    columns: edge,
    rows: edge,
    slices,
    spacing: [0.7, 0.7, 1.5],
    voxels: Int16Array.from({ length: edge * edge * slices }, (_, at) => ((at * 7919) % 1201) + (at % edge))
  })
})
test.afterAll(() => rmSync(folder, { recursive: true }))

interface Frames {
  readonly task: string
  readonly frames: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly worstMs: number
}

/** Records every frame while `act` goes on. */
async function record(page: Page, task: string, act: (step: number) => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const recorder = { times: [] as number[], on: true }
    ;(window as unknown as { recorder: typeof recorder }).recorder = recorder
    const tick = (time: number): void => {
      recorder.times.push(time)
      if (recorder.on) requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })
  for (let step = 0; step < moves; step++) await act(step)
  const times = await page.evaluate(() => {
    const { recorder } = window as unknown as { recorder: { times: number[]; on: boolean } }
    recorder.on = false

    return recorder.times
  })
  const gaps = times
    .slice(1)
    .map((time, at) => time - times[at])
    .sort((a, b) => a - b)
  const at = (share: number): number =>
    Number((gaps[Math.min(gaps.length - 1, Math.floor(share * gaps.length))] ?? 0).toFixed(1))

  return { task, frames: gaps.length, medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1) }
}

const rendererOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const context = document.createElement('canvas').getContext('webgl')
    const info = context?.getExtension('WEBGL_debug_renderer_info')

    return context && info
      ? String(context.getParameter(info.UNMASKED_RENDERER_WEBGL))
      : 'no WebGL: Cornerstone draws on the processor'
  })

function keep(renderer: string, results: readonly Frames[]): void {
  const machine = { cpu: cpus()[0].model, cores: cpus().length, load: loadavg().map((one) => Number(one.toFixed(1))) }
  const lines = results.map(
    ({ task, frames, medianMs, p95Ms, worstMs }) => `| ${task} | ${frames} | ${medianMs} | ${p95Ms} | ${worstMs} |`
  )
  const text = [
    `# Frame times, ${edge} × ${edge} × ${slices} voxels`,
    '',
    `Renderer: ${renderer}. ${machine.cpu}, ${machine.cores} cores, load ${machine.load.join(', ')} (1, 5, 15 minutes). Window of 1600 × 1000.`,
    '',
    '| task | frames | median ms | p95 ms | worst ms |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    ''
  ].join('\n')
  const target = full ? join(root, 'benchmarks', 'results') : join(root, 'out', 'test-reports')
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, `two-cores-frames.md`), text)
  writeFileSync(
    join(target, `two-cores-frames.json`),
    `${JSON.stringify({ renderer, machine, edge, slices, results }, null, 2)}\n`
  )
}

test('frames are counted while slices turn, sliders slide and windows are dragged', async ({ page }) => {
  await waitForSample(page)
  await page.keyboard.press('Control+o')
  await expect(page.getByText(new RegExp(`^slice ${slices / 2 + 1} of ${slices}`))).toBeVisible({ timeout: 300_000 })
  await page.getByTestId('viewport').focus()
  await addMaps(page, ['Random map'])
  await expect(page.getByTestId('colour-bar')).toBeVisible({ timeout: 600_000 })
  await page.getByTestId('viewport').focus()
  const box = (await page.getByTestId('cell-0').boundingBox())!
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await page.mouse.move(middle.x, middle.y)
  const back = (step: number): number => (Math.floor(step / (slices / 2 - 2)) % 2 === 0 ? 120 : -120)
  const results = [await record(page, 'slices by the wheel, map on', (step) => page.mouse.wheel(0, back(step)))]
  results.push(await record(page, 'opacity', (step) => page.keyboard.press(step % 20 < 10 ? ',' : '.')))

  await page.mouse.move(middle.x, middle.y)
  await page.mouse.down()
  results.push(
    await record(page, 'level and width', (step) =>
      page.mouse.move(middle.x + 100 * Math.sin(step / 10), middle.y + 100 * Math.cos(step / 10))
    )
  )
  await page.mouse.up()

  await page.keyboard.press('v')
  await page.keyboard.press('2')
  await expect(page.getByTestId('plane-coronal')).toBeVisible()
  results.push(
    await record(page, 'three cuts by keys, map on', (step) =>
      page.keyboard.press(back(step) > 0 ? 'ArrowDown' : 'ArrowUp')
    )
  )

  keep(await rendererOf(page), results)
  for (const { frames, worstMs } of results) {
    expect(frames).toBeGreaterThan(2)
    expect(worstMs).toBeGreaterThan(0)
  }
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { root } from '../support/launch'

/** Times of one task in milliseconds; what they are of stands in `of`. */
export interface Timed {
  readonly task: string
  readonly of: 'between frames' | 'pointer to painted' | 'stroke end to saved'
  readonly count: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly worstMs: number
}

export function timed(task: string, of: Timed['of'], times: readonly number[]): Timed {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): number =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1))

  return { task, of, count: sorted.length, medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1) }
}

/** Times between frames while `act` goes on. */
export async function frames(
  page: Page,
  { task, moves }: { task: string; moves: number },
  act: (step: number) => Promise<void>
): Promise<Timed> {
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

  return timed(
    task,
    'between frames',
    times.slice(1).map((time, at) => time - times[at])
  )
}

/**
 * Watches the drawing on the Read screen: from the oldest pointer event of a frame until that frame was painted, and from the
 * end of a stroke until all of it is on the disk.
 */
export async function watchBrush(page: Page): Promise<() => Promise<{ painted: number[]; saved: number[] }>> {
  await page.evaluate(() => {
    const found = { painted: [] as number[], saved: [] as number[] }
    ;(window as unknown as { brush: typeof found }).brush = found
    const viewport = document.querySelector<HTMLElement>('[data-testid=read-viewport]')!
    let [oldest, ended, unsaved]: [number | null, number | null, boolean] = [null, null, false]
    const heard = (event: PointerEvent): void => {
      if (event.buttons === 0 && event.type === 'pointermove') return
      if (event.type === 'pointerup') ended = event.timeStamp
      if (oldest !== null) return
      oldest = event.timeStamp
      requestAnimationFrame(() => {
        // A message comes after the frame was painted; a timer could come late.
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => {
          if (oldest !== null) found.painted.push(performance.now() - oldest)
          oldest = null
        }
        port2.postMessage(null)
      })
    }
    for (const type of ['pointerdown', 'pointermove', 'pointerup'] as const)
      viewport.addEventListener(type, heard, { capture: true })
    new MutationObserver(() => {
      const waiting = viewport.dataset['saved'] === 'no'
      if (unsaved && !waiting && ended !== null) found.saved.push(performance.now() - ended)
      unsaved = waiting
    }).observe(viewport, { attributes: true, attributeFilter: ['data-saved'] })
  })

  return () => page.evaluate(() => (window as unknown as { brush: { painted: number[]; saved: number[] } }).brush)
}

/** What draws: the GPU or its software twin, by WebGL's own word. */
export const rendererOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const context = document.createElement('canvas').getContext('webgl')
    const info = context?.getExtension('WEBGL_debug_renderer_info')

    return context && info
      ? String(context.getParameter(info.UNMASKED_RENDERER_WEBGL))
      : 'no WebGL: Cornerstone draws on the processor'
  })

/** Writes figures beside those of the other benchmarks; `full` false: only where the test reports lie. */
export function keepFigures(
  name: string,
  { title, renderer, results }: { title: string; renderer: string; results: readonly Timed[] },
  full: boolean
): void {
  const machine = { cpu: cpus()[0].model, cores: cpus().length, load: loadavg().map((one) => Number(one.toFixed(1))) }
  const text = [
    `# ${title}`,
    '',
    `Renderer: ${renderer}. ${machine.cpu}, ${machine.cores} cores, load ${machine.load.join(', ')} (1, 5, 15 minutes): on a busy machine these are upper bounds. Window of 1600 × 1000.`,
    '',
    '| task | time | count | median ms | p95 ms | worst ms |',
    '| --- | --- | --- | --- | --- | --- |',
    ...results.map(
      ({ task, of, count, medianMs, p95Ms, worstMs }) =>
        `| ${task} | ${of} | ${count} | ${medianMs} | ${p95Ms} | ${worstMs} |`
    ),
    ''
  ].join('\n')
  const target = full ? join(root, 'benchmarks', 'results') : join(root, 'out', 'test-reports')
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, `${name}.md`), text)
  writeFileSync(join(target, `${name}.json`), `${JSON.stringify({ renderer, machine, results }, null, 2)}\n`)
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { serve } from '@engine/serve'
import type { FaultReport } from '@shared/fault'
import type { OpenDrawing } from '@shared/drawing'
import type { Reply } from '@shared/protocol'
import { bar, engineOn } from '../../support/drawing'

let folder: string
let engine: Engine

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'two-windows-'))
  engine = engineOn(folder)
})

afterEach(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

interface Page {
  ask(command: string, input: object): Promise<unknown>
  close(): void
}

/** A page in a window, as the shell joins it to the engine. */
function page(window: string): Page {
  const waiting = new Map<number, (reply: Reply) => void>()
  let tell: (message: unknown) => void = () => undefined
  let closed = (): void => undefined
  serve(engine, {
    window,
    post: (reply) => {
      if (reply.kind === 'result' || reply.kind === 'fault') waiting.get(reply.id)?.(reply)
    },
    onMessage: (listener) => (tell = listener),
    onClose: (listener) => (closed = listener)
  })
  let last = 0
  return {
    ask: (command, input) =>
      new Promise((resolve, reject) => {
        const id = ++last
        waiting.set(id, (reply) => {
          if (reply.kind === 'result') resolve(reply.output)
          else if (reply.kind === 'fault')
            reject(Object.assign(new Error(reply.fault.message), reply.fault as FaultReport))
        })
        tell({ kind: 'request', id, command, input })
      }),
    close: () => closed()
  }
}

async function openFirst(one: Page): Promise<OpenDrawing> {
  const [{ caseId }] = (await one.ask('study.sample', {})) as { caseId: string }[]
  // What a page says of its window is not believed.
  return (await one.ask('drawing.open', { caseId, window: 'main' })) as OpenDrawing
}

async function segmentOf(one: Page, drawing: string): Promise<string> {
  const change = { action: 'add', name: 'Opacity', colour: '#5fd7ea', code: null }
  return ((await one.ask('drawing.segment', { drawing, change })) as { segment: string }).segment
}

test('two windows of one program are two writers: the second looks only, until the first has gone', async () => {
  const [first, second] = [page('window 1'), page('window 2')]
  const { drawing, readOnly } = await openFirst(first)
  expect(readOnly).toBeNull()
  const segment = await segmentOf(first, drawing)
  await first.ask('drawing.commit', { drawing, stroke: bar(segment, 100) })

  expect((await openFirst(second)).readOnly).toMatchObject({ reason: 'lease' })
  await expect(second.ask('drawing.commit', { drawing, stroke: bar(segment, 100) })).rejects.toMatchObject({
    code: 'read-only'
  })
  // Leaving the screen in the second window takes nothing from the first.
  await second.ask('drawing.close', { drawing })
  await first.ask('drawing.commit', { drawing, stroke: bar(segment, 200) })

  first.close()
  const after = await openFirst(second)
  expect(after.readOnly).toBeNull()
  expect(after.entries).toHaveLength(3)
})

test('a window whose page is loaded again goes on drawing, even when the old page is let go last', async () => {
  const before = page('window 1')
  const { drawing } = await openFirst(before)
  const segment = await segmentOf(before, drawing)
  const after = page('window 1')
  before.close()
  expect((await openFirst(after)).readOnly).toBeNull()
  await after.ask('drawing.commit', { drawing, stroke: bar(segment, 100) })
})

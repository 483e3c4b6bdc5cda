import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineClient, type EnginePort, type Progress } from '../../../src-renderer/engine/client'
import { EngineFault, toFaultReport } from '../../../src-renderer/engine/fault'

interface Received {
  kind: string
  id: number
  command?: string
  input?: unknown
}

/** The engine's end of an in-memory port: what it received, and a way to answer. */
class FakeEngine {
  readonly received: Received[] = []
  readonly #port: MessagePort

  constructor(port: MessagePort) {
    this.#port = port
    port.onmessage = (event: MessageEvent) => this.received.push(event.data as Received)
  }

  say(message: unknown): void {
    this.#port.postMessage(message)
  }

  close(): void {
    this.#port.close()
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10))

let client: EngineClient
let engine: FakeEngine
const opened: MessagePort[] = []

function connected(): FakeEngine {
  const { port1, port2 } = new MessageChannel()
  opened.push(port1, port2)
  client.connect(port1 as EnginePort)

  return new FakeEngine(port2)
}

beforeEach(() => {
  client = new EngineClient()
  engine = connected()
})
afterEach(() => {
  for (const port of opened.splice(0)) port.close()
})

const info = { version: '0.1.0', threads: 2, runtime: 'Node 20', firstStart: true }

describe('call', () => {
  it('sends the command and gives its output, checked', async () => {
    const answer = client.call('app.info', {})
    await turn()
    expect(engine.received).toEqual([{ kind: 'request', id: 1, command: 'app.info', input: {} }])

    engine.say({ kind: 'result', id: 1, output: info })
    await expect(answer).resolves.toEqual(info)
  })

  it('keeps several calls apart, whatever the order of the answers', async () => {
    const first = client.call('map.list', { caseId: 'a' })
    const second = client.call('app.info', {})
    await turn()
    engine.say({ kind: 'result', id: 2, output: info })
    engine.say({ kind: 'result', id: 1, output: [] })

    await expect(second).resolves.toEqual(info)
    await expect(first).resolves.toEqual([])
  })

  it('waits for the port', async () => {
    const early = new EngineClient()
    const answer = early.call('app.info', {})
    const { port1, port2 } = new MessageChannel()
    opened.push(port1, port2)
    const late = new FakeEngine(port2)
    early.connect(port1 as EnginePort)
    await turn()
    expect(late.received).toHaveLength(1)

    late.say({ kind: 'result', id: 1, output: info })
    await expect(answer).resolves.toEqual(info)
  })

  it('rejects with the fault of the engine: code, sentence, hint', async () => {
    const answer = client.call('model.open', { grant: 'x' })
    await turn()
    engine.say({
      kind: 'fault',
      id: 1,
      fault: { code: 'bad-model', message: 'No.', subject: 'm.onnx', hint: 'Another.' }
    })

    const fault = await answer.catch((thrown: unknown) => thrown)
    expect(fault).toBeInstanceOf(EngineFault)
    expect(toFaultReport(fault)).toEqual({ code: 'bad-model', message: 'No.', subject: 'm.onnx', hint: 'Another.' })
  })

  it('refuses an answer of another shape and names the place', async () => {
    const answer = client.call('app.info', {})
    await turn()
    engine.say({ kind: 'result', id: 1, output: { ...info, threads: 'two' } })

    await expect(answer).rejects.toThrow(/app\.info.*threads/u)
  })

  it('passes progress on, and none after the end', async () => {
    const seen: Progress[] = []
    const answer = client.call('study.sample', {}, { onProgress: (progress) => seen.push(progress) })
    await turn()
    engine.say({ kind: 'progress', id: 1, stage: 'sample', done: 1, total: 2 })
    engine.say({ kind: 'result', id: 1, output: [] })
    await answer
    engine.say({ kind: 'progress', id: 1, stage: 'sample', done: 2, total: 2 })
    await turn()

    expect(seen).toEqual([{ stage: 'sample', done: 1, total: 2 }])
  })

  it('cancels at once and tells the engine', async () => {
    const abort = new AbortController()
    const answer = client.call('study.sample', {}, { signal: abort.signal })
    abort.abort()

    await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
    await turn()
    expect(engine.received.map(({ kind }) => kind)).toEqual(['request', 'cancel'])
  })

  it('sends nothing for a call that is cancelled already', async () => {
    await expect(client.call('app.info', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled'
    })
    await turn()
    expect(engine.received).toEqual([])
  })

  it('fails open calls when a new engine takes over, and goes on with it', async () => {
    const lost = client.call('app.info', {})
    const next = connected()

    await expect(lost).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('app.info') as string
    })
    const answer = client.call('app.info', {})
    await turn()
    next.say({ kind: 'result', id: 2, output: info })
    await expect(answer).resolves.toEqual(info)
  })
})

describe('on', () => {
  const job = {
    jobId: 'j',
    title: 'Maps',
    kind: 'attribution',
    state: 'running',
    stage: '',
    done: 1,
    total: 4,
    secondsLeft: null,
    seconds: 1,
    failures: []
  }

  it('hands checked events to every listener until it stops', async () => {
    const seen: number[] = []
    const stop = client.on('jobs', (list) => seen.push(list.length))
    engine.say({ kind: 'event', event: 'jobs', payload: [job] })
    await turn()
    stop()
    engine.say({ kind: 'event', event: 'jobs', payload: [job, job] })
    await turn()

    expect(seen).toEqual([1])
  })

  it('drops events that nobody agreed on and messages that are none', async () => {
    const seen: unknown[] = []
    client.on('jobs', (list) => seen.push(list))
    engine.say({ kind: 'event', event: 'jobs', payload: [{ ...job, state: 'exploded' }] })
    engine.say({ kind: 'event', event: 'toString', payload: [] })
    engine.say('hello')
    engine.say(null)
    await turn()

    expect(seen).toEqual([])
  })
})

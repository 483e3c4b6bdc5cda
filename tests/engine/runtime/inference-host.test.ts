import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { quietJob } from '@engine/job'
import { runInBatches, runtimeValue } from '@engine/runtime/batches'
import type { InferenceChannel, SpawnInference } from '@engine/runtime/inference-channel'
import { InferenceHost, type HostOptions, type OpenModel, type RestartNotice } from '@engine/runtime/inference-host'
import type { ModelSource, SessionOptions } from '@engine/runtime/messages'
import { tensor } from '@engine/tensor/tensor'
import { spawnFromSource } from '../../support/inference'
import { chain, foreignOperator, hungry, loop, plusOne } from './crafted-models'

const options: SessionOptions = { provider: 'cpu', threads: 1, arena: true, optimisation: 'all' }
const job = quietJob()
const pair = { x: runtimeValue(tensor(Float32Array.of(1, 2), [1, 2])) }
const endless = 2n ** 62n

const bytes = (model: Uint8Array): ModelSource => ({ kind: 'bytes', bytes: model })
const milliseconds = (work: Promise<unknown>): Promise<number> => {
  const started = performance.now()
  const since = (): number => performance.now() - started
  return work.then(since, since)
}
const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

/** A host whose processes the test can count and kill. */
function watchedHost(more: Partial<HostOptions> = {}): {
  host: InferenceHost
  channels: InferenceChannel[]
  notices: RestartNotice[]
} {
  const channels: InferenceChannel[] = []
  const notices: RestartNotice[] = []
  const spawn: SpawnInference = async () => {
    const channel = await spawnFromSource()
    channels.push(channel)
    return channel
  }
  return { host: new InferenceHost({ spawn, onRestart: (notice) => notices.push(notice), ...more }), channels, notices }
}

const hosts: InferenceHost[] = []
afterEach(() => {
  for (const host of hosts.splice(0)) host.dispose()
})

async function opened(
  model: Uint8Array,
  more: Partial<HostOptions> = {}
): Promise<ReturnType<typeof watchedHost> & { model: OpenModel }> {
  const watched = watchedHost(more)
  hosts.push(watched.host)
  return { ...watched, model: await watched.host.open({ name: 'crafted', source: bytes(model), options }, job) }
}

describe('running', () => {
  it('runs from bytes and from a path and says what the ports are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'saliscope-'))
    const path = join(folder, 'plus-one.onnx')
    writeFileSync(path, plusOne())
    const { host, model } = await opened(plusOne())
    const fromPath = await host.open({ name: 'plus-one.onnx', source: { kind: 'path', path }, options }, job)
    expect(model.ports).toEqual({
      inputs: [{ name: 'x', type: 'float32', shape: ['N', 2] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['N', 2] }]
    })
    for (const each of [model, fromPath]) {
      const { outputs } = await host.run(each, pair, ['y'], job)
      expect([...(outputs.y.data as Float32Array)]).toEqual([2, 3])
    }
    rmSync(folder, { recursive: true })
  })

  it('cuts rows into batches, pads a fixed batch, repeats a single row', async () => {
    const { host, model } = await opened(plusOne())
    const rows = tensor(
      Float32Array.from({ length: 14 }, (_, index) => index),
      [7, 2]
    )
    for (const plan of [
      { size: 3, fixed: false },
      { size: 4, fixed: true },
      { size: 1, fixed: true }
    ]) {
      const outputs = await runInBatches(host, model, { feeds: new Map([['x', rows]]), fetches: ['y'], plan }, job)
      expect(outputs.get('y')?.shape).toEqual([7, 2])
      expect([...(outputs.get('y')?.data ?? [])]).toEqual([...rows.data].map((value) => value + 1))
    }
  })

  it('lists the providers', async () => {
    const { host } = await opened(plusOne())
    expect((await host.backends(job)).map(({ name }) => name)).toContain('cpu')
  })

  it('keeps few sessions open and opens the others again when they are used', async () => {
    const { host } = await opened(plusOne(), { mostSessions: 1 })
    const models = await Promise.all(
      [0, 1, 2].map((index) => host.open({ name: `model ${index}`, source: bytes(chain(index + 1)), options }, job))
    )
    for (let round = 0; round < 2; round++) {
      const results = await Promise.all(models.map((model) => host.run(model, pair, ['y'], job)))
      expect(results.map(({ outputs }) => (outputs.y.data as Float32Array)[0])).toEqual([2, 3, 4])
    }
  })

  it('refuses to run a closed model', async () => {
    const { host, model } = await opened(plusOne())
    host.close(model)
    await expect(host.run(model, pair, ['y'], job)).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('cancelling', () => {
  it('answers at once in the middle of an endless run and goes on with the next one', async () => {
    const { host, model, channels } = await opened(loop(endless))
    const good = await host.open({ name: 'plus-one', source: bytes(plusOne()), options }, job)
    const stop = new AbortController()
    const running = host.run(model, pair, ['y'], quietJob(stop.signal))
    await pause(300)
    stop.abort()
    const took = milliseconds(running)
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(await took).toBeLessThan(500)
    // The next process was started in the background and the other model is opened in it again.
    const { outputs } = await host.run(good, pair, ['y'], job)
    expect([...(outputs.y.data as Float32Array)]).toEqual([2, 3])
    expect(channels).toHaveLength(2)
  })

  it('leaves the queue at once without disturbing the run before it', async () => {
    const { host, model, channels } = await opened(loop(600_000n))
    const first = host.run(model, pair, ['y'], job)
    const stop = new AbortController()
    const second = host.run(model, pair, ['y'], quietJob(stop.signal))
    await pause(100)
    stop.abort()
    expect(await milliseconds(second)).toBeLessThan(100)
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    expect([...((await first).outputs.y.data as Float32Array)]).toEqual([600_001, 600_002])
    expect(channels).toHaveLength(1)
  })

  it('repeats the next call in a new process when the one before it is cancelled', async () => {
    const { host, model, channels, notices } = await opened(loop(endless))
    const good = await host.open({ name: 'plus-one', source: bytes(plusOne()), options }, job)
    const stop = new AbortController()
    const first = host.run(model, pair, ['y'], quietJob(stop.signal))
    const second = host.run(good, pair, ['y'], job)
    await pause(100)
    stop.abort()
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    expect([...((await second).outputs.y.data as Float32Array)]).toEqual([2, 3])
    expect(channels).toHaveLength(2)
    expect(notices).toEqual([])
  })

  it('does not start anything for a job that was cancelled before', async () => {
    const { host, channels } = watchedHost()
    hosts.push(host)
    const cancelled = quietJob(AbortSignal.abort())
    await expect(host.open({ name: 'x', source: bytes(plusOne()), options }, cancelled)).rejects.toMatchObject({
      code: 'cancelled'
    })
    expect(channels).toHaveLength(0)
  })
})

describe('crashes', () => {
  it('restarts a process that was killed in a run, repeats the run, and names model and cause', async () => {
    const { host, model, channels, notices } = await opened(loop(600_000n))
    const running = host.run(model, pair, ['y'], job)
    await pause(200)
    channels[0].kill()
    expect([...((await running).outputs.y.data as Float32Array)]).toEqual([600_001, 600_002])
    expect(notices).toEqual([{ model: 'crafted', reason: 'was stopped by the system, probably out of memory' }])
    expect(channels).toHaveLength(2)
  })

  it('restarts a process that died while idle', async () => {
    const { host, model, channels, notices } = await opened(plusOne())
    channels[0].kill()
    await pause(200)
    expect([...((await host.run(model, pair, ['y'], job)).outputs.y.data as Float32Array)]).toEqual([2, 3])
    expect(notices).toHaveLength(1)
  })

  it('gives up after the second death with the model and the cause', async () => {
    const { host, model, channels } = await opened(loop(endless))
    const running = host.run(model, pair, ['y'], job)
    await pause(200)
    channels[0].kill()
    while (channels.length < 2) await pause(20)
    await pause(200)
    channels[1].kill()
    await expect(running).rejects.toMatchObject({
      code: 'inference-failed',
      subject: 'crafted',
      message: 'The computation of crafted was stopped by the system, probably out of memory, also after a restart.'
    })
  })

  it('blames the call at work, not the one that waits behind it', async () => {
    const { host, model, channels } = await opened(loop(endless))
    const good = await host.open({ name: 'plus-one', source: bytes(plusOne()), options }, job)
    const bad = host.run(model, pair, ['y'], job)
    const waiting = host.run(good, pair, ['y'], job)
    const outcome = expect(bad).rejects.toMatchObject({ code: 'inference-failed', subject: 'crafted' })
    for (const life of [0, 1]) {
      while (channels.length <= life) await pause(20)
      await pause(300)
      channels[life].kill()
    }
    await outcome
    expect([...((await waiting).outputs.y.data as Float32Array)]).toEqual([2, 3])
  })

  it('says so when the process cannot be started at all', async () => {
    const { forkInference } = await import('@engine/runtime/node-channel')
    const host = new InferenceHost({ spawn: forkInference('/nowhere/inference-process.js') })
    hosts.push(host)
    await expect(host.open({ name: 'model.onnx', source: bytes(plusOne()), options }, job)).rejects.toMatchObject({
      code: 'inference-failed',
      message: 'The computation of model.onnx ended with exit code 1, also after a restart.'
    })
  })
})

describe('the watchdog', () => {
  it('ends a run that passes its limit and stays usable', async () => {
    const { host, model, channels } = await opened(loop(endless), { runLimitSeconds: 2 })
    const running = host.run(model, pair, ['y'], job)
    const took = milliseconds(running)
    await expect(running).rejects.toMatchObject({ code: 'inference-timeout', subject: 'crafted' })
    expect(await took).toBeLessThan(4000)
    const good = await host.open({ name: 'plus-one', source: bytes(plusOne()), options }, job)
    expect([...((await host.run(good, pair, ['y'], job)).outputs.y.data as Float32Array)]).toEqual([2, 3])
    expect(channels).toHaveLength(2)
  })

  it('ends a process that passes its memory limit, once, and says so', async () => {
    const { host, model, channels, notices } = await opened(hungry(400_000_000), { memoryLimitBytes: 600 * 2 ** 20 })
    const running = host.run(model, { x: runtimeValue(tensor(Float32Array.of(0), [1])) }, ['y'], job)
    await expect(running).rejects.toMatchObject({
      code: 'out-of-memory',
      subject: 'crafted',
      message: 'The computation of crafted passed its memory limit and was ended.'
    })
    expect(notices).toEqual([])
    expect(channels).toHaveLength(1)
  })
})

describe('crafted models', () => {
  const { host } = watchedHost()
  afterAll(() => host.dispose())
  const load = (model: Uint8Array): Promise<OpenModel> =>
    host.open({ name: 'crafted.onnx', source: bytes(model), options }, job)

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['noise', Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251)],
    ['a cut file', plusOne().subarray(0, 60)],
    ['an unknown operator domain', foreignOperator()]
  ])('%s is refused with one sentence', async (_what, model) => {
    await expect(load(model)).rejects.toMatchObject({ code: 'bad-model', subject: 'crafted.onnx' })
    await expect(load(model)).rejects.toThrow(/^ONNX Runtime cannot load crafted\.onnx: [^\n]+$/)
  })

  it('more memory than there is fails the run, not the process', async () => {
    const model = await load(hungry(2n ** 50n))
    const running = host.run(model, { x: runtimeValue(tensor(Float32Array.of(0), [1])) }, ['y'], job)
    await expect(running).rejects.toMatchObject({ subject: 'crafted.onnx' })
    const small = await load(plusOne())
    expect((await host.run(small, pair, ['y'], job)).outputs.y.dims).toEqual([1, 2])
  })

  it('an input of another shape fails the run with one sentence', async () => {
    const model = await load(plusOne())
    const wrong = { x: runtimeValue(tensor(new Float32Array(3), [1, 3])) }
    await expect(host.run(model, wrong, ['y'], job)).rejects.toMatchObject({
      code: 'inference-failed',
      subject: 'crafted.onnx'
    })
  })

  it('a chain of 20,000 nodes runs', async () => {
    const model = await load(chain(20_000))
    expect([...((await host.run(model, pair, ['y'], job)).outputs.y.data as Float32Array)]).toEqual([20_001, 20_002])
  })

  it('messages hold file names, not paths', async () => {
    const source: ModelSource = { kind: 'path', path: '/home/nobody/patients/secret-folder/missing.onnx' }
    const opening = host.open({ name: 'missing.onnx', source, options }, job)
    await expect(opening).rejects.toThrow('missing.onnx')
    await expect(opening).rejects.not.toThrow('secret-folder')
  })
})

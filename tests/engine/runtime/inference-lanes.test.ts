import { afterEach, describe, expect, it } from 'vitest'
import { parseModel } from '@engine/graph/parse'
import { makeExplainable } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { quietJob } from '@engine/job'
import { runtimeValue } from '@engine/runtime/batches'
import type { InferenceChannel } from '@engine/runtime/inference-channel'
import { InferenceHost, type HostOptions, type OpenModel } from '@engine/runtime/inference-host'
import { lanesFor } from '@engine/runtime/lane-count'
import type { SessionOptions } from '@engine/runtime/messages'
import { tensor } from '@engine/tensor/tensor'
import { spawnFromSource } from '../../support/inference'
import { smallClassifier } from '../../support/small-classifier'
import { drawValues } from '../../support/tiny-graphs'
import { hungry, loop, plusOne } from './crafted-models'

const small: SessionOptions = { provider: 'cpu', threads: 1, arena: true, optimisation: 'all' }
const job = quietJob()
const gibi = 2 ** 30
const pair = { x: runtimeValue(tensor(Float32Array.of(1, 2), [1, 2])) }

const hosts: InferenceHost[] = []
afterEach(() => {
  for (const host of hosts.splice(0)) host.dispose()
})

function laned(more: Partial<HostOptions> = {}): { host: InferenceHost; channels: InferenceChannel[] } {
  const channels: InferenceChannel[] = []
  const spawn = async (): Promise<InferenceChannel> => {
    const channel = await spawnFromSource()
    channels.push(channel)
    return channel
  }
  const host = new InferenceHost({ spawn, lanes: 2, ...more })
  hosts.push(host)
  return { host, channels }
}

const open = (host: InferenceHost, bytes: Uint8Array, options = small): Promise<OpenModel> =>
  host.open({ name: 'crafted', source: { kind: 'bytes', bytes }, options }, job)

const answers = async (host: InferenceHost, model: OpenModel, count: number): Promise<number[][]> => {
  const runs = Array.from({ length: count }, () => host.run(model, pair, ['y'], job))
  return (await Promise.all(runs)).map(({ outputs }) => [...(outputs.y.data as Float32Array)])
}

describe('lanes', () => {
  it('work side by side, and answer alike', async () => {
    const { host, channels } = laned()
    const model = await open(host, plusOne())
    expect(await answers(host, model, 1)).toEqual([[2, 3]])
    // One call at a time needs no second process.
    expect(channels).toHaveLength(1)
    expect(await answers(host, model, 12)).toEqual(Array.from({ length: 12 }, () => [2, 3]))
    expect(channels).toHaveLength(2)
  })

  it('work side by side where two calls take longer than opening a session', async () => {
    const { host, channels } = laned()
    const long = await open(host, loop(600_000n))
    await host.run(long, pair, ['y'], job)
    expect(channels).toHaveLength(1)
    await Promise.all([host.run(long, pair, ['y'], job), host.run(long, pair, ['y'], job)])
    expect(channels).toHaveLength(2)
  })

  it('keep networks of large inputs in one process', async () => {
    const { host, channels } = laned()
    const model = await open(host, plusOne(), { ...small, arena: false })
    expect(await answers(host, model, 12)).toEqual(Array.from({ length: 12 }, () => [2, 3]))
    expect(channels).toHaveLength(1)
  })

  it('serve a network that was looked into first, as every one is', async () => {
    const { host, channels } = laned()
    const probed = await probeOnHost(parseModel(smallClassifier()), host, { threads: 1 }, job)
    const model = await makeExplainable(probed, host, { black: [0, 0, 0], white: [1, 1, 1], threads: 1 })
    const image = tensor(drawValues(192, 'plain', 8), [1, 3, 8, 8])
    await Promise.all(Array.from({ length: 12 }, () => model.predict(image, 'logit', job)))
    expect(channels).toHaveLength(2)
  })

  it('are cancelled one by one: what runs in the other goes on', async () => {
    const { host, channels } = laned()
    const endless = await open(host, loop(2n ** 62n))
    const stop = new AbortController()
    const refused = expect(host.run(endless, pair, ['y'], quietJob(stop.signal))).rejects.toMatchObject({
      code: 'cancelled'
    })
    const model = await open(host, plusOne())
    expect(await answers(host, model, 1)).toEqual([[2, 3]])
    stop.abort()
    await refused
    expect(await answers(host, model, 6)).toEqual(Array.from({ length: 6 }, () => [2, 3]))
    expect(channels.length).toBeGreaterThanOrEqual(2)
  })

  it('give a run that passes the limit of a side lane to the first one', async () => {
    const { host, channels } = laned({ memoryLimitBytes: 3.2 * gibi })
    const long = await open(host, loop(600_000n))
    const first = host.run(long, pair, ['y'], job)
    // The first lane is at work, so this one is opened in the other, which may hold 1.6 GiB.
    const greedy = await open(host, hungry(300_000_000))
    const zero = { x: runtimeValue(tensor(Float32Array.of(0), [1])) }
    const { outputs } = await host.run(greedy, zero, ['y'], job)
    expect([...(outputs.y.data as Float32Array)]).toEqual([0])
    await first
    expect(channels).toHaveLength(2)
    await host.run(greedy, zero, ['y'], job)
    expect(channels).toHaveLength(2)
  })

  it('start no process once the host is closed, whatever was under way', async () => {
    const { host, channels } = laned()
    const endless = await open(host, loop(2n ** 62n))
    const stop = new AbortController()
    const refused = expect(host.run(endless, pair, ['y'], quietJob(stop.signal))).rejects.toMatchObject({
      code: 'cancelled'
    })
    stop.abort()
    // The next process of the cancelled lane is starting now.
    host.dispose()
    await refused
    const started = channels.length
    await new Promise((resolve) => setTimeout(resolve, 2000))
    expect(channels.length - started).toBeLessThanOrEqual(1)
  })

  it('end with the host', async () => {
    const { host } = laned()
    const model = await open(host, plusOne())
    await answers(host, model, 6)
    host.dispose()
    await expect(host.run(model, pair, ['y'], job)).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('how many lanes', () => {
  it('is as many as there are cores and memory for, with the cores shared', () => {
    expect(lanesFor(2, 24 * gibi)).toEqual({ lanes: 2, threads: 1 })
    expect(lanesFor(8, 16 * gibi)).toEqual({ lanes: 3, threads: 2 })
    expect(lanesFor(8, 64 * gibi)).toEqual({ lanes: 8, threads: 1 })
    expect(lanesFor(8, 4 * gibi)).toEqual({ lanes: 1, threads: 8 })
    expect(lanesFor(64, 512 * gibi)).toEqual({ lanes: 24, threads: 2 })
    expect(lanesFor(1, 64 * gibi)).toEqual({ lanes: 1, threads: 1 })
  })
})

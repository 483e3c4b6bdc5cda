import { describe, expect, it } from 'vitest'
import { quietJob } from '@engine/job'
import type { InferenceChannel } from '@engine/runtime/inference-channel'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { InferenceReply, InferenceRequest, Provider } from '@engine/runtime/messages'

const job = quietJob()
const crash = 'crashed (memory access error)'

/** An inference process that opens everything and dies of the first run on any provider but the CPU. */
function frailProcess(): Promise<InferenceChannel> {
  let say: (message: unknown) => void = () => undefined
  let leave: (reason: string) => void = () => undefined
  const opened = new Map<string, Provider>()
  const reply = (message: InferenceReply): void => queueMicrotask(() => say(message))
  return Promise.resolve({
    post(message) {
      const request = message as InferenceRequest
      if (request.kind === 'open') {
        opened.set(request.session, request.options.provider)
        reply({ kind: 'opened', call: request.call, ports: { inputs: [], outputs: [] }, seconds: 0 })
      } else if (request.kind === 'run') {
        if (opened.get(request.session) === 'cpu') reply({ kind: 'ran', call: request.call, outputs: {}, seconds: 0 })
        else queueMicrotask(() => leave(crash))
      }
    },
    onMessage: (listener) => (say = listener),
    onExit: (listener) => (leave = listener),
    kill: () => undefined
  })
}

describe('a provider that takes the process down', () => {
  it('is given up after the second time, and the CPU goes on', async () => {
    const restarts: string[] = []
    const host = new InferenceHost({ spawn: frailProcess, onRestart: ({ reason }) => restarts.push(reason) })
    const source = { kind: 'bytes', bytes: new Uint8Array(1) } as const
    const open = (provider: Provider) =>
      host.open({ name: 'm', source, options: { provider, threads: 1, arena: false, optimisation: 'all' } }, job)
    const onCard = await open('webgpu')
    await expect(host.run(onCard, {}, ['y'], job)).rejects.toMatchObject({ code: 'inference-failed' })
    expect(restarts).toEqual([crash])
    expect([...host.unusable]).toEqual([['webgpu', crash]])
    expect((await host.run(await open('cpu'), {}, ['y'], job)).seconds).toBe(0)
    expect(host.unusable.has('cpu')).toBe(false)
    host.dispose()
  })
})

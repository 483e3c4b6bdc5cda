import { EventEmitter } from 'node:events'
import type { ParentPort } from 'electron'
import { describe, expect, it } from 'vitest'
import { linkToMain, type MainLink } from '../../src-main/shell/engine-link'

/** A port with the half of MessagePortMain that the link uses. */
class FakePort extends EventEmitter {
  readonly posted: unknown[] = []
  started = false
  closed = false
  postMessage(message: unknown): void {
    this.posted.push(message)
  }
  start(): void {
    this.started = true
  }
  close(): void {
    this.closed = true
  }
}

/** Plays main: speaks to the engine and keeps what the engine says. */
class FakeMain extends EventEmitter {
  readonly heard: unknown[] = []
  postMessage(message: unknown): void {
    this.heard.push(message)
  }
  say(data: unknown, port?: FakePort): void {
    this.emit('message', { data, ports: port === undefined ? [] : [port] })
  }
}

const start = { workspaceFolder: 'workspace', resourcesFolder: 'resources', version: '1' }

async function linked(): Promise<{ main: FakeMain; link: MainLink }> {
  const main = new FakeMain()
  const promise = linkToMain(main as unknown as ParentPort)
  main.say({ kind: 'start', start })

  return { main, link: await promise }
}

describe('linkToMain', () => {
  it('says that it listens, and learns where things are', async () => {
    const { main, link } = await linked()

    expect(main.heard).toEqual([{ kind: 'ready' }])
    expect(link.start).toEqual(start)
  })

  it('turns tokens into paths only after main gave them out', async () => {
    const { main, link } = await linked()

    expect(() => link.pathOf('token')).toThrowError(expect.objectContaining({ code: 'not-found' }))
    main.say({ kind: 'grants', id: 7, grants: [{ grant: 'token', path: '/somewhere/a.dcm', keepsRegions: false }] })
    expect(link.pathOf('token')).toBe('/somewhere/a.dcm')
    expect(() => link.pathOf('token', 'regions')).toThrowError(expect.objectContaining({ code: 'not-writable' }))
    main.say({ kind: 'grants', id: 8, grants: [{ grant: 'set', path: '/somewhere/a.nii', keepsRegions: true }] })
    expect(link.pathOf('set', 'regions')).toBe('/somewhere/a.nii')
    expect(main.heard).toContainEqual({ kind: 'granted', id: 7 })
  })

  it('keeps a page that comes before anyone serves it', async () => {
    const { main, link } = await linked()
    const port = new FakePort()
    const heard: unknown[] = []

    main.say({ kind: 'page', window: 'window 1' }, port)
    link.onPage((page) => {
      expect(page.window).toBe('window 1')
      page.onMessage((message) => heard.push(message))
      page.post('welcome')
    })
    port.emit('message', { data: 'hello' })

    expect(port.started).toBe(true)
    expect(port.posted).toEqual(['welcome'])
    expect(heard).toEqual(['hello'])
  })
})

describe('inference processes through main', () => {
  it('asks main for one, speaks to it, and hears of its end in words', async () => {
    const { main, link } = await linked()
    const port = new FakePort()
    const reasons: string[] = []
    const spawning = link.spawnInference({})

    expect(main.heard).toContainEqual({ kind: 'spawn-inference', id: 1, env: {} })
    main.say({ kind: 'inference', id: 1 }, port)
    const channel = await spawning
    channel.onExit((reason) => reasons.push(reason))
    channel.post({ kind: 'guard' })
    channel.kill()

    expect(port.posted).toEqual([{ kind: 'guard' }])
    expect(main.heard).toContainEqual({ kind: 'kill-inference', id: 1 })
    main.say({ kind: 'inference-exit', id: 1, code: 11, stderr: '' })
    expect(reasons).toEqual(['crashed (memory access error)'])
    expect(port.closed).toBe(true)

    const late: string[] = []
    channel.onExit((reason) => late.push(reason))
    expect(late).toEqual(reasons)
  })

  it('names a process that ran out of memory', async () => {
    const { main, link } = await linked()
    const spawning = link.spawnInference({})
    main.say({ kind: 'inference', id: 1 }, new FakePort())
    const reasons: string[] = []
    ;(await spawning).onExit((reason) => reasons.push(reason))
    main.say({ kind: 'inference-exit', id: 1, code: 6, stderr: "terminate called after throwing 'std::bad_alloc'" })

    expect(reasons).toEqual(['ran out of memory'])
  })
})

import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from './support/test'

/** What the page is not allowed is refused loudly in its console; that is what these tests provoke. */
test.use({
  toleratedErrors: [/Content Security Policy|Refused to|violates|Failed to load resource|ERR_|WebSocket|Trusted/]
})

/** Counts connections: the proof that nothing left the window. */
async function listen(): Promise<{ port: number; connections: () => number; close: () => void }> {
  let count = 0
  const server = createServer((socket) => {
    count += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return { port: (server.address() as AddressInfo).port, connections: () => count, close: () => void server.close() }
}

test('the page has no Node, a sandbox of its own and the strict content policy', async ({ running, page }) => {
  const globals = await page.evaluate(() =>
    ['process', 'require', 'module', 'Buffer', 'global'].filter((name) => name in window)
  )
  expect(globals).toEqual([])

  const rights = await running.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>
    }
    const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences()

    return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag }
  })
  expect(rights).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false
  })

  const policy = await page.evaluate(async () => (await fetch('./index.html')).headers.get('content-security-policy'))
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
})

test('the shell offers its named functions and nothing else', async ({ page }) => {
  const offered = await page.evaluate(() => Object.keys((window as unknown as { saliscope: object }).saliscope).sort())

  expect(offered).toEqual(
    [
      'changeWindow',
      'chooseFolder',
      'grantDropped',
      'onEvent',
      'openDataset',
      'openDicomDir',
      'openExperiment',
      'openFiles',
      'openFolder',
      'openMask',
      'openRegions',
      'openKeys',
      'openModel',
      'quitAnswer',
      'setBusy',
      'windowState'
    ].sort()
  )
})

test('a call with an unknown word or key is refused', async ({ page }) => {
  const refusals = await page.evaluate(async () => {
    const shell = (window as unknown as { saliscope: Record<string, (input: unknown) => Promise<unknown>> }).saliscope
    const tries: [string, unknown][] = [
      ['chooseFolder', { purpose: 'anything' }],
      ['chooseFolder', { purpose: 'report', path: '/etc' }],
      ['openDataset', { what: 'anything' }],
      ['setBusy', { jobs: -1 }],
      ['setBusy', { jobs: 'many' }],
      ['changeWindow', { to: 'second', address: 'https://example.org' }],
      ['changeWindow', { to: 'anywhere' }],
      ['quitAnswer', { quit: true, force: true }],
      ['quitAnswer', null]
    ]

    return Promise.all(
      tries.map(([name, input]) =>
        shell[name]!(input).then(
          () => `${name} answered`,
          () => 'refused'
        )
      )
    )
  })

  expect(refusals).toEqual(Array.from({ length: 9 }, () => 'refused'))
})

test('nothing in the page reaches any address, not even this machine', async ({ running, page }) => {
  const server = await listen()
  const addresses = [`127.0.0.1:${server.port}`, 'example.org']

  const outcomes = await page.evaluate(async (hosts) => {
    const settled = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => 'went through',
        () => 'blocked'
      )
    const byElement = (element: HTMLElement & { src?: string; href?: string }): Promise<unknown> =>
      new Promise((resolve, reject) => {
        element.addEventListener('load', resolve)
        element.addEventListener('error', reject)
        document.body.append(element)
        setTimeout(() => reject(new Error('nothing came')), 1000)
      })
    const image = (url: string): HTMLElement => Object.assign(new Image(), { src: url })
    const style = (url: string): HTMLElement =>
      Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url })
    const prefetch = (url: string): HTMLElement =>
      Object.assign(document.createElement('link'), { rel: 'prefetch', href: url })
    const frame = (url: string): HTMLElement => Object.assign(document.createElement('iframe'), { src: url })
    const media = (url: string): HTMLElement => Object.assign(document.createElement('video'), { src: url })
    const socket = (host: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const opened = new WebSocket(`ws://${host}/`)
        opened.onopen = resolve
        opened.onerror = reject
      })
    const font = (url: string): Promise<unknown> => new FontFace('Foreign', `url(${url})`).load()
    const request = (url: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const call = new XMLHttpRequest()
        call.onload = resolve
        call.onerror = reject
        call.open('GET', url)
        call.send()
      })

    const tries = hosts.flatMap((host) => [
      settled(fetch(`http://${host}/`)),
      settled(fetch(`https://${host}/`, { mode: 'no-cors' })),
      settled(request(`http://${host}/`)),
      settled(socket(host)),
      settled(byElement(image(`http://${host}/a.png`))),
      settled(byElement(style(`http://${host}/a.css`))),
      settled(byElement(prefetch(`http://${host}/a`))),
      settled(byElement(media(`http://${host}/a.mp4`))),
      settled(font(`http://${host}/a.woff2`)),
      settled(import(/* @vite-ignore */ `http://${host}/a.js`)),
      settled(Promise.resolve().then(() => new Worker(`http://${host}/a.js`))),
      settled(byElement(frame(`http://${host}/`)).then((event) => (event as Event).type))
    ])
    navigator.sendBeacon(`http://${hosts[0]}/beacon`)

    return Promise.all(tries)
  }, addresses)

  // A blocked frame still fires `load`, for the empty page put in its place; the server below counts what matters.
  const frames = outcomes.filter((_outcome, index) => index % 12 === 11)
  const others = outcomes.filter((_outcome, index) => index % 12 !== 11)
  expect(frames).toHaveLength(2)
  expect(others).toEqual(others.map(() => 'blocked'))

  // Past the page: the session itself cancels, also for main's own requests.
  const fromMain = await running.app.evaluate(
    async ({ session }, url) =>
      session.defaultSession.fetch(url).then(
        () => 'went through',
        () => 'blocked'
      ),
    `http://${addresses[0]}/`
  )
  expect(fromMain).toBe('blocked')
  expect(server.connections()).toBe(0)
  server.close()
})

test('the page cannot leave, open windows, submit forms or get rights', async ({ running, page }) => {
  const before = page.url()

  await page.evaluate(() => {
    window.open('http://example.org/')
    const form = Object.assign(document.createElement('form'), { action: 'http://example.org/', method: 'post' })
    document.body.append(form)
    form.submit()
    form.remove()
    location.href = 'http://example.org/'
  })
  await page.waitForTimeout(500)

  expect(page.url()).toBe(before)
  expect(running.app.windows()).toHaveLength(1)

  const rights = await page.evaluate(async () => ({
    notification: await Notification.requestPermission(),
    camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'granted',
      () => 'denied'
    ),
    screen: await navigator.mediaDevices.getDisplayMedia({ video: true }).then(
      () => 'granted',
      () => 'denied'
    )
  }))
  expect(rights).toEqual({ notification: 'denied', camera: 'denied', screen: 'denied' })
})

test('text that looks like code is never run', async ({ page }) => {
  // In a timer: what Playwright evaluates directly is exempt from the content policy.
  const outcomes = await page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const attempt = (work: () => unknown): string => {
          try {
            work()

            return 'ran'
          } catch {
            return 'refused'
          }
        }

        setTimeout(() =>
          resolve([
            attempt(() => (0, eval)('1 + 1')),
            attempt(() => new Function('return 1')()),
            attempt(() => (document.createElement('script').text = 'window.injected = true')),
            attempt(() => (document.body.innerHTML = '<b>x</b>'))
          ])
        )
      })
  )

  expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused'])
})

test('files outside the packed page cannot be asked for', async ({ page }) => {
  const statuses = await page.evaluate(async () => {
    const paths = ['./../main/main.js', '/%2e%2e/main/main.js', '/../../package.json', '/nothing.js', '/index.html/']

    return Promise.all(
      paths.map((path) =>
        fetch(path).then(
          (response) => response.status,
          () => 0
        )
      )
    )
  })

  expect(statuses.every((status) => status === 404 || status === 0)).toBe(true)
})

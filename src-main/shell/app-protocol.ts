import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { protocol, type Session } from 'electron'
import { contentPolicy } from './content-policy'

/** The one origin the page ever has. */
export const pageOrigin = 'app://saliscope'
export const pageAddress = `${pageOrigin}/index.html`

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm'
}

/** Makes `app:` a scheme with an origin, so that the content policy's 'self' means our packed files. Call before `ready`. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }
  ])
}

/** Answers `app:` with the files that lie in `folder` now and with nothing else: a list, no joining of paths. */
export function servePackedFiles(session: Session, folder: string): void {
  const packed = listPackedFiles(folder)

  session.protocol.handle('app', async (request) => {
    const address = new URL(request.url)
    const file = `${address.protocol}//${address.host}` === pageOrigin ? packed.get(address.pathname) : undefined
    if (file === undefined || request.method !== 'GET') return new Response('not found', { status: 404 })

    return new Response(new Uint8Array(await readFile(file)), {
      headers: {
        'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': contentPolicy,
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin'
      }
    })
  })
}

/** Address path → file, for every packed file of a known type. Source maps and the like are left out. */
export function listPackedFiles(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in mediaTypes)
    .map((entry) => join(entry.parentPath, entry.name))

  return new Map(files.map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]))
}

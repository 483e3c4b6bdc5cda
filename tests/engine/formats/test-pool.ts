import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { decodePool, type DecodePool } from '@engine/formats/decode-pool'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The real pool on the real worker entry. */
export async function testPool(name: string, secondsPerFile?: number): Promise<DecodePool> {
  const workerFile = await builtWorker(name, at('../../../src-main/pool-worker.ts'))
  return decodePool({ workerFile, threads: 2, secondsPerFile })
}

/** A worker entry built for the test into the git-ignored cache; workers cannot load TypeScript. */
export async function builtWorker(name: string, entry: string): Promise<string> {
  const folder = at(`../../../.cache/test-pool-${name}`)
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { '@shared': at('../../../src-main/shared'), '@engine': at('../../../src-main/engine') } },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: true,
      target: 'node20.18',
      rollupOptions: { output: { entryFileNames: 'worker.js' } }
    }
  })
  return `${folder}/worker.js`
}

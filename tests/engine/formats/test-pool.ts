import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { decodePool, type DecodePool } from '@engine/formats/decode-pool'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The real pool on the real worker entry, built for the test into the git-ignored cache; workers cannot load TypeScript. */
export async function testPool(name: string, secondsPerFile?: number): Promise<DecodePool> {
  const folder = at(`../../../.cache/test-pool-${name}`)
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { '@shared': at('../../../src-main/shared'), '@engine': at('../../../src-main/engine') } },
    build: {
      ssr: at('../../../src-main/pool-worker.ts'),
      outDir: folder,
      emptyOutDir: true,
      target: 'node20.18',
      rollupOptions: { output: { entryFileNames: 'pool-worker.js' } }
    }
  })
  return decodePool({ workerFile: `${folder}/pool-worker.js`, threads: 2, secondsPerFile })
}

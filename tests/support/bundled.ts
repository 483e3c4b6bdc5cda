import { join, resolve } from 'node:path'
import { build } from 'vite'

const root = resolve('.')

/**
 * A program of the tests as one plain JavaScript file, so that starting it takes a tenth of a second and not one. It lies
 * in `out`, from where its packages are found.
 */
export async function bundled(entry: string, name: string): Promise<string> {
  const outDir = join(root, 'out', 'test-programs')
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    resolve: { alias: { '@shared': join(root, 'src-main/shared'), '@engine': join(root, 'src-main/engine') } },
    ssr: { external: ['libsql'], noExternal: ['valibot'] },
    build: {
      ssr: join(root, entry),
      outDir,
      emptyOutDir: false,
      target: 'node20.18',
      rollupOptions: { output: { format: 'es', entryFileNames: `${name}.mjs` } }
    }
  })
  return join(outDir, `${name}.mjs`)
}

import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const alias = { '@shared': at('./src-main/shared'), '@engine': at('./src-main/engine') }

/** Everything that starts as a process or a worker of its own. They stay side by side in out/main, so that one finds the other. */
const entries = {
  main: at('./src-main/main.ts'),
  'engine-process': at('./src-main/engine-process.ts'),
  'inference-process': at('./src-main/inference-process.ts'),
  'pool-worker': at('./src-main/pool-worker.ts'),
  cli: at('./src-main/cli.ts'),
  bench: at('./benchmarks/bench.ts')
}

/** The oldest runtime that must work: the Electron that can be had offline. Guessing from the declared Electron would aim higher. */
const nodeTarget = 'node20.18'
const chromeTarget = 'chrome130'

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      outDir: 'out/main',
      // Its ESM file has no `type: module`: the Node inside the offline Electron cannot load it from node_modules.
      externalizeDeps: { exclude: ['dcmjs'] },
      target: nodeTarget,
      sourcemap: true,
      rollupOptions: {
        input: entries,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' }
      }
    }
  },
  preload: {
    resolve: { alias },
    build: {
      outDir: 'out/preload',
      target: nodeTarget,
      rollupOptions: {
        input: { preload: at('./src-main/preload.ts') },
        // A sandboxed preload script must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: at('./src-renderer'),
    base: './',
    resolve: { alias: { '@shared': alias['@shared'] } },
    plugins: [svelte({ configFile: at('./svelte.config.js') })],
    worker: { format: 'es' },
    build: {
      outDir: at('./out/renderer'),
      target: chromeTarget,
      sourcemap: true,
      // A file of its own for every asset: the content policy allows no data: fonts.
      assetsInlineLimit: 0,
      rollupOptions: { input: at('./src-renderer/index.html') }
    }
  }
})

import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  // For the page's controllers (*.svelte.ts); tests/app drives the components on the real window.
  plugins: [svelte({ configFile: folder('./svelte.config.js') })],
  resolve: { alias: { '@shared': folder('./src-main/shared'), '@engine': folder('./src-main/engine') } },
  test: {
    include: ['tests/{engine,renderer,cli,shell,support}/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000
  }
})

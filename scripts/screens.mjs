// Makes the pictures in docs/screens anew: the walk through the screens and the window tests keep one of every screen they open.
// All pictures together stay under 5 MB, because they are committed.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = join(root, 'docs', 'screens')
const limitBytes = 5 * 1024 * 1024
const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli')

const onVirtualScreen = process.env.DISPLAY === undefined ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24'] : []
const [program, ...words] = [...onVirtualScreen, process.execPath, playwright, 'test', ...process.argv.slice(2)]
const run = spawnSync(program, words, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, SALISCOPE_SCREENS: folder }
})

if (run.error) throw run.error
process.exitCode = run.status ?? 1

// Second looks at a screen that has its picture already: they are for whoever reads a run.
const variants = [
  ...[
    'drop',
    'export-maps',
    'export-maps-done',
    'export-masks',
    'export-measurements',
    'import-splits',
    'import-unmatched'
  ],
  ...[
    'journey-compare',
    'layers',
    'mpr-tiny',
    'narrow-sheet',
    'overlay-squares',
    'preliminary',
    'profile-new',
    'read-series'
  ],
  ...['read-turned', 'reading-adjudication-alike', 'reading-package', 'regions-as-drawn', 'start', 'studies-disc'],
  ...['view-two-models', 'view-volumes', 'workspace-after-kill'],
  ...[
    'grid-stages',
    'mr-cine',
    'regions-assessed',
    'report-again',
    'report-images-behind',
    'swipe-turned',
    'view-light'
  ]
]
for (const name of variants) rmSync(join(folder, `${name}.jpg`), { force: true })

const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size)
const total = sizes.reduce((sum, size) => sum + size, 0)
console.log(`${sizes.length} pictures, ${(total / 1024 / 1024).toFixed(1)} MB`)

if (total > limitBytes) {
  console.error('The pictures are larger than 5 MB together; shrink or drop some.')
  process.exitCode = 1
}

import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/**
 * Seeds one violation of every rule of .dependency-cruiser.cjs into a small tree and checks that each is reported, with
 * its file, and that the innocent files beside it are not.
 */
interface Violation {
  readonly from: string
  readonly rule: { readonly name: string }
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const require = createRequire(import.meta.url)
const config = require(join(root, '.dependency-cruiser.cjs')) as { forbidden: { name: string }[] }
const ruleNames = config.forbidden.map((rule) => rule.name)

/** Rule → the bad file and what it says. */
const seeds: Record<string, [path: string, source: string]> = {
  'only-runtime-imports-onnxruntime': ['src-main/engine/handlers/native.ts', "import 'onnxruntime-node'"],
  'only-graph-imports-protobuf': ['src-main/engine/compiler/wire.ts', "import '@bufbuild/protobuf'"],
  'only-formats-imports-parsers': ['src-main/engine/geometry/tags.ts', "import 'dicom-parser'"],
  'only-viewport-imports-cornerstone': [
    'src-renderer/panels/Picture.svelte',
    "<script>import '@cornerstonejs/core'</script>"
  ],
  'only-project-imports-libsql': ['src-main/engine/handlers/rows.ts', "import 'libsql'"],
  'only-shell-imports-electron': ['src-main/engine/handlers/dialog.ts', "import 'electron'"],
  'shared-is-a-leaf': ['src-main/shared/reach.ts', "import '../engine/fault'"],
  'only-handlers-join-layers': ['src-main/engine/join.ts', "import './metrics/dice'"],
  'engine-knows-no-host': ['src-main/engine/handlers/host.ts', "import '../../shell/window'"],
  'shell-holds-no-product': ['src-main/shell/product.ts', "import '@engine/metrics/dice'"],
  'main-sees-no-renderer': ['src-main/shell/page.ts', "import '../../src-renderer/state/open'"],
  'renderer-sees-only-shared': ['src-renderer/state/engine.svelte.ts', "import '../../src-main/engine/fault'"],
  'renderer-is-a-sandboxed-page': ['src-renderer/engine/files.ts', "import 'node:fs'"],
  'ui-is-a-leaf': ['src-renderer/ui/Medical.svelte', "<script>import '../state/open'</script>"],
  'panels-do-not-import-views': ['src-renderer/panels/Whole.svelte', "<script>import '../views/View.svelte'</script>"],
  'state-draws-nothing': ['src-renderer/state/drawing.ts', "import '../panels/Panel.svelte'"],
  'plug-ins-do-not-read-their-registry': [
    'src-main/engine/metrics/greedy.ts',
    "import { metrics } from './index'\nexport const all = metrics"
  ],
  // A cycle is reported once, at its first file by name.
  'no-circular': ['src-main/engine/tensor/about.ts', "import './round'"],
  'no-unresolvable': ['src-main/engine/tensor/lost.ts', "import './nowhere'"],
  'every-engine-file-is-reached': ['src-main/engine/metrics/forgotten.ts', 'export const forgotten = 1'],
  'source-imports-no-tests': ['src-main/engine/handlers/tested.ts', "import '../../../tests/support/golden'"]
}

/** Files that keep every rule; they are what the bad ones lean on. */
const innocent: Record<string, string> = {
  'src-main/cli.ts': "import './engine/serve'",
  'src-main/engine/serve.ts':
    "import './handlers/join'\nimport type { Table } from './handlers/join'\nexport type Served = Table",
  'src-main/engine/handlers/join.ts':
    "import '@engine/metrics/dice'\nimport type { Served } from '@engine/serve'\nexport type Table = { served: Served }",
  'src-main/engine/fault.ts': 'export const fault = 1',
  'src-main/engine/metrics/dice.ts': "import '@engine/tensor/loops'\nimport '@shared/words'\nexport const dice = 1",
  'src-main/engine/metrics/index.ts': "import { dice } from './dice'\nexport const metrics = [dice]",
  'src-main/engine/tensor/loops.ts': 'export const loops = 1',
  'src-main/engine/tensor/round.ts': "import './about'",
  'src-main/engine/runtime/session.ts': "import 'onnxruntime-node'",
  'src-main/shared/words.ts': "import 'valibot'",
  'src-main/shell/window.ts': "import 'electron'",
  'src-renderer/state/open.ts': "import '@shared/words'",
  'src-renderer/viewport/stage.ts': "import '@cornerstonejs/core'",
  'src-renderer/panels/Panel.svelte': "<script>import '../state/open'</script>",
  'src-renderer/views/View.svelte': "<script>import '../panels/Panel.svelte'</script>",
  'tests/support/golden.ts': 'export const golden = 1'
}

/** Every layer reaches up to the handlers in one file of its own. */
const layerSeeds = ruleNames
  .filter((name) => name.startsWith('layer-'))
  .map((name): [string, string] => [name, `src-main/engine/${name.slice('layer-'.length)}/upward.ts`])

let tree: string
let violations: Violation[]

function write(path: string, source: string): void {
  const file = join(tree, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${source}\n`)
}

beforeAll(() => {
  mkdirSync(join(root, 'out'), { recursive: true })
  // Inside the checkout, so that packages are found as they are in the product.
  tree = mkdtempSync(join(root, 'out', 'layer-seeds-'))

  for (const [path, source] of Object.entries(innocent)) write(path, source)
  for (const [path, source] of Object.values(seeds)) write(path, source)
  for (const [, path] of layerSeeds) write(path, "import '@engine/handlers/join'")
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.base.json']) copyFileSync(join(root, file), join(tree, file))

  const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')
  const output = execFileSync(
    process.execPath,
    [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src-main', 'src-renderer'],
    { cwd: tree, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }
  )
  violations = (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations
})

afterAll(() => rmSync(tree, { recursive: true, force: true }))

function isReported(rule: string, path: string): boolean {
  return violations.some((violation) => violation.rule.name === rule && violation.from === path)
}

describe('layer rules', () => {
  it('has a seed for every rule', () => {
    expect([...Object.keys(seeds), ...layerSeeds.map(([name]) => name)].sort()).toEqual([...ruleNames].sort())
  })

  it.each(Object.entries(seeds).map(([rule, [path]]) => [rule, path]))('%s catches %s', (rule, path) => {
    expect(isReported(rule, path)).toBe(true)
  })

  it.each(layerSeeds)('%s catches a layer that reaches up', (rule, path) => {
    expect(isReported(rule, path)).toBe(true)
  })

  it('leaves the innocent files alone', () => {
    // Files of a tree this small are not all reached from its command line; the rule is tested on its seed.
    const accused = violations
      .filter(({ from, rule }) => from in innocent && rule.name !== 'every-engine-file-is-reached')
      .map(({ from }) => from)

    expect(accused).toEqual([])
    expect(isReported('every-engine-file-is-reached', 'src-main/engine/metrics/dice.ts')).toBe(false)
  })
})

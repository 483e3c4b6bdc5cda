/**
 * Measures the zoo, one architecture at a time, and writes tools/zoo/results.json and docs/zoo.md:
 *
 *   npx tsx --tsconfig tsconfig.engine.json tools/zoo/measure.ts PYTHON [--only NAME,NAME] [--again]
 *
 * PYTHON has tools/zoo/requirements.txt installed. Results already in the list are kept unless --again is given; every
 * export is deleted after its comparison.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureExported, readExported, timesTorch, type ZooList, type ZooResult } from '../../tests/support/zoo'
import { Exporter } from './exporter'
import { zooTable } from './table'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, again: { type: 'boolean', default: false } }
})
const listFile = join('tools', 'zoo', 'results.json')
const before: ZooList = existsSync(listFile)
  ? (JSON.parse(readFileSync(listFile, 'utf8')) as ZooList)
  : { versions: {}, results: [] }
const found = new Map<string, ZooResult>(before.results.map((result) => [result.name, result]))
let versions = before.versions

const exporter = new Exporter(positionals[0])
const names = await exporter.names()
const wanted = (values.only?.split(',') ?? names).filter((name) => !found.has(name) || values.again)
// Python writes the next while the present one is measured here.
let writing = write(wanted.at(0))
for (const [index, name] of wanted.entries()) {
  const { folder, failed } = await writing
  writing = write(wanted.at(index + 1))
  if (failed === null) await measure(name, folder)
  else console.log(`${name}: not exported: ${failed}`)
  rmSync(folder, { recursive: true, force: true })
}
exporter.close()

async function write(name: string | undefined): Promise<{ folder: string; failed: string | null }> {
  if (name === undefined) return { folder: '', failed: null }
  const folder = mkdtempSync(join(tmpdir(), 'zoo-'))
  return { folder, failed: await exporter.write(name, folder) }
}

async function measure(name: string, folder: string): Promise<void> {
  try {
    const result = await measureExported(folder)
    versions = { ...readExported(folder).versions, 'onnxruntime-node': runtimeVersion() }
    found.set(name, result)
    save()
    report(result)
  } catch (thrown) {
    console.log(`${name}: not measured: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
}

function report(result: ZooResult): void {
  const { name, smooth, plain } = result
  const figures = [smooth.ours, smooth.torch, plain.ours, plain.torch, plain.torchLargest]
  console.log(`${name}: ${figures.map((value) => value.toExponential(1)).join(' ')}, ${timesTorch(result).toFixed(2)}`)
}

function save(): void {
  const results = names.flatMap((name) => found.get(name) ?? [])
  writeFileSync(listFile, `${JSON.stringify({ versions, results }, null, 1)}\n`)
  writeFileSync(join('docs', 'zoo.md'), zooTable({ versions, results }))
}

function runtimeVersion(): string {
  const manifest = readFileSync(join('node_modules', 'onnxruntime-node', 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

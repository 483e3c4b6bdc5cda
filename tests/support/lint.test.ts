import { readdirSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

/** Each house rule of eslint.config.js, broken once: the text is judged as if it stood in a file that exists. */
const root = fileURLToPath(new URL('../..', import.meta.url))
const eslint = new ESLint({ cwd: root })

const engineFile = 'src-main/engine/fault.ts'
const shellFile = 'src-main/shell/policy.ts'
const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `export const line${index} = 1`).join('\n')

const seeds: [rule: string, file: string, text: string][] = [
  ['max-lines', engineFile, lines(301)],
  ['max-lines', 'src-main/preload.ts', lines(31)],
  ['max-lines-per-function', engineFile, `export function long() {\n${'void 0\n'.repeat(50)}}`],
  [
    'max-params',
    engineFile,
    'export const add = (a: number, b: number, c: number, d: number, e: number) => a + b + c + d + e'
  ],
  ['complexity', engineFile, `export const many = (n: number) => ${'n > 1 || '.repeat(15)}n`],
  ['@typescript-eslint/no-explicit-any', engineFile, 'export const loose: any = 1'],
  [
    '@typescript-eslint/consistent-type-imports',
    engineFile,
    "import { FaultReport } from '@shared/fault'\nexport type R = FaultReport"
  ],
  ['@typescript-eslint/no-floating-promises', engineFile, 'Promise.resolve(1)'],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    engineFile,
    "export function name(x: 'a' | 'b'): number {\n  switch (x) {\n    case 'a':\n      return 1\n  }\n  return 2\n}"
  ],
  ['no-console', engineFile, 'console.log(1)'],
  ['no-restricted-properties', engineFile, 'export const draw = Math.random()'],
  ['no-restricted-imports', engineFile, "import 'node:http'"],
  ['no-restricted-syntax', engineFile, "export * from '@shared/fault'"],
  ['no-restricted-syntax', engineFile, "throw new Error('vague')"],
  ['no-restricted-syntax', 'src-main/engine/metrics/index.ts', "export { Fault } from '@engine/fault'"],
  [
    'no-restricted-syntax',
    'src-main/engine-process.ts',
    "import { ipcMain } from 'electron'\nipcMain.removeAllListeners()"
  ],
  ['no-restricted-syntax', shellFile, "import { shell } from 'electron'\nvoid shell.openExternal('x')"]
]

/** Names that say nothing about what a file holds. */
const vagueNames = ['utils', 'helpers', 'common', 'misc', 'manager', 'service', 'data', 'info2', 'process', 'handle']

async function rulesBroken(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${text}\n`, { filePath: `${root}${file}` })

  return (result?.messages ?? []).map((message) => message.ruleId ?? `not parsed: ${message.message}`)
}

describe('house rules', () => {
  it.each(seeds)('%s in %s', async (rule, file, text) => {
    expect(await rulesBroken(file, text)).toContain(rule)
  })

  it('allows channels in the shell and faults in the engine', async () => {
    expect(await rulesBroken(shellFile, "import { ipcMain } from 'electron'\nipcMain.removeAllListeners()")).toEqual([])
    expect(await rulesBroken(engineFile, "export class Fault extends Error {}\nthrow new Fault('said')")).toEqual([])
  })

  it('gives every file a name that says what it holds', () => {
    const files = ['src-main', 'src-renderer'].flatMap((folder) =>
      readdirSync(`${root}${folder}`, { recursive: true }).map(String)
    )
    const words = files.map((file) => basename(file, extname(file)).replace(/\.svelte$/, ''))

    expect(files.length).toBeGreaterThan(50)
    expect(words.filter((word) => vagueNames.includes(word))).toEqual([])
  })
})

import { fileURLToPath } from 'node:url'
import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import svelte from 'eslint-plugin-svelte'
import typescript from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const root = fileURLToPath(new URL('.', import.meta.url))
const typed = ['**/*.ts', '**/*.svelte']
const source = ['src-main/**/*.ts', 'src-renderer/**/*.ts', 'src-renderer/**/*.svelte']
const projects = ['shared', 'engine', 'shell', 'renderer'].map((name) => `tsconfig.${name}.json`)

/** Modules that can open a connection: the app is offline, so nothing of ours may load them. */
const networkModules = ['net', 'http', 'https', 'http2', 'dns', 'dns/promises', 'tls', 'dgram', 'undici'].flatMap(
  (name) => [
    { name, message: 'Saliscope never opens a connection.' },
    { name: `node:${name}`, message: 'Saliscope never opens a connection.' }
  ]
)

const noExportAll = { selector: 'ExportAllDeclaration', message: 'Name what is exported; `export *` hides it.' }
const noOpenExternal = {
  selector: "MemberExpression[property.name='openExternal']",
  message: 'Nothing is ever handed to another program.'
}
const noForeignThrow = {
  selector: "ThrowStatement > NewExpression[callee.name!='Fault']",
  message: "Throw a Fault from '@engine/fault': what is wrong, with which thing; what would work."
}
const noChannels = {
  selector: 'Identifier[name=/^ipc(Main|Renderer)$/]',
  message: 'Channels between main and page live in src-main/shell and src-main/preload.ts only.'
}
const noBarrel = {
  selector: 'ExportNamedDeclaration[source]',
  message: 'index.ts is a registry list, never a barrel.'
}

/** `no-restricted-syntax` is replaced, not merged, by a later block: each block lists all it needs. */
const forbid = (...rules) => ({ 'no-restricted-syntax': ['error', ...rules] })

const budgets = {
  'max-lines': ['error', { max: 300 }],
  'max-lines-per-function': ['error', { max: 50 }],
  'max-params': ['error', 4],
  complexity: ['error', 15]
}

export default defineConfig(
  globalIgnores([
    'out/**',
    'dist/**',
    'resources/**',
    'tools/**',
    'scratch/**',
    '.cache/**',
    'coverage/**',
    'playwright-report/**',
    'tests/golden/**',
    'tests/fixtures/**',
    'test-results/**',
    'src-main/engine/graph/onnx_pb.ts'
  ]),
  js.configs.recommended,
  typescript.configs.recommended,
  svelte.configs.recommended,
  {
    rules: {
      ...budgets,
      // TypeScript itself knows every name; this rule does not know types and globals.
      'no-undef': 'off',
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-restricted-imports': ['error', { paths: networkModules }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      ...forbid(noExportAll, noOpenExternal)
    }
  },
  {
    files: typed,
    languageOptions: {
      parserOptions: { project: projects, tsconfigRootDir: root, extraFileExtensions: ['.svelte'] }
    },
    rules: {
      // TypeScript itself refuses it, and knows that a component may give its types out again.
      'no-import-assign': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }]
    }
  },
  // A declaration of a package without types cannot import at its top: that would make it a module.
  {
    files: ['**/*.d.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }] }
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser, svelteConfig } }
  },
  { files: source, rules: forbid(noExportAll, noOpenExternal, noChannels) },
  {
    files: ['src-main/shell/**/*.ts', 'src-main/main.ts', 'src-main/preload.ts'],
    rules: forbid(noExportAll, noOpenExternal)
  },
  {
    files: ['src-main/engine/**/*.ts'],
    rules: {
      ...forbid(noExportAll, noOpenExternal, noChannels, noForeignThrow),
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Draw from the seeded generator in tensor/random.ts.' }
      ]
    }
  },
  // The bottom layer imports nothing, so it cannot know Fault; what it throws is a mistake of ours, never of the user.
  { files: ['src-main/engine/tensor/**/*.ts'], rules: forbid(noExportAll, noOpenExternal, noChannels) },
  {
    files: ['src-main/engine/**/index.ts'],
    rules: forbid(noExportAll, noOpenExternal, noChannels, noForeignThrow, noBarrel)
  },
  { files: ['src-renderer/**/index.ts'], rules: forbid(noExportAll, noOpenExternal, noChannels, noBarrel) },
  { files: ['src-main/preload.ts', 'src-main/*-process.ts'], rules: { 'max-lines': ['error', { max: 30 }] } },
  {
    files: ['**/*.svelte'],
    rules: {
      'max-lines': ['error', { max: 250 }],
      // Properties are declared with `let` in one pattern, whether bindable or not.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$bindable'] }]
    }
  },
  {
    files: ['src-main/cli.ts', 'src-main/cli/**/*.ts', 'scripts/**', 'bin/**', 'benchmarks/**'],
    rules: { 'no-console': 'off' }
  },
  { files: ['tests/**'], rules: { 'max-lines-per-function': ['error', { max: 150 }] } },
  // Offline proofs must be able to try what is forbidden.
  { files: ['tests/app/**'], rules: { 'no-restricted-imports': 'off' } }
)

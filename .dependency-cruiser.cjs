/**
 * Who may import whom (ARCHITECTURE.md, "Layers"). Every rule is seeded with a violation once by tests/support/layers.test.ts.
 * The paths are relative to the folder that is cruised, so that the test can run this file over a tree of bad files.
 */

/** Engine layer → the engine layers below it. Each layer may also use itself, `shared` and the files beside `engine/` itself. */
const layers = {
  tensor: [],
  geometry: ['tensor'],
  formats: ['geometry', 'tensor'],
  graph: ['tensor'],
  compiler: ['graph', 'tensor'],
  runtime: ['tensor'],
  preprocessing: ['geometry', 'tensor'],
  attribution: ['compiler', 'graph', 'tensor'],
  metrics: ['tensor', 'geometry'],
  criteria: ['metrics', 'tensor', 'geometry'],
  report: [],
  project: [],
  readers: ['geometry', 'metrics', 'tensor'],
  cohort: []
}

/** What any engine layer may use: the one error class, the job contract, the shared vocabulary. */
const engineCommon = '^src-main/engine/(fault|job)\\.ts$'

const layerRules = Object.entries(layers).map(([layer, below]) => ({
  name: `layer-${layer}`,
  comment: `${layer} uses ${['shared', ...below].join(', ')} and nothing else of ours.`,
  severity: 'error',
  from: { path: `^src-main/engine/${layer}/` },
  to: {
    path: '^src-(main|renderer)/',
    pathNot: [`^src-main/engine/(${[layer, ...below].join('|')})/`, '^src-main/shared/', engineCommon]
  }
}))

/** Package → the one folder that may import it. */
const owners = [
  ['only-runtime-imports-onnxruntime', 'onnxruntime-node', '^src-main/engine/runtime/'],
  ['only-graph-imports-protobuf', '@bufbuild/protobuf', '^src-main/engine/graph/'],
  [
    'only-formats-imports-parsers',
    '(dicom-parser|dcmjs|nifti-reader-js|fast-png|csv-parse|@cornerstonejs/(codec-[^/]+|jpeg-lossless-decoder-js))',
    '^src-main/engine/formats/'
  ],
  ['only-viewport-imports-cornerstone', '@cornerstonejs/(core|tools|metadata|utils)', '^src-renderer/viewport/'],
  ['only-project-imports-libsql', 'libsql', '^src-main/engine/project/'],
  [
    'only-shell-imports-electron',
    'electron',
    '^src-main/(shell/|(main|preload|engine-process|inference-process)\\.ts$)'
  ]
]

const ownerRules = owners.map(([name, packageName, home]) => ({
  name,
  severity: 'error',
  from: { path: '^src-', pathNot: home },
  // A resolved package has a path; an unresolved one or a built-in such as electron is its bare name.
  to: { path: `(^|node_modules/)${packageName}(/|$)` }
}))

/** Folders whose plug-ins are listed by their index.ts. */
const registries =
  '^src-main/engine/(formats|compiler/rules|compiler/canonizers|compiler/composites|attribution/methods|attribution/wrappers|metrics|criteria|report/sections)'

module.exports = {
  forbidden: [
    ...layerRules,
    ...ownerRules,
    {
      name: 'shared-is-a-leaf',
      comment: 'What both sides of the port see imports itself and valibot only.',
      severity: 'error',
      from: { path: '^src-main/shared/' },
      to: { pathNot: ['^src-main/shared/', 'node_modules/valibot/'] }
    },
    {
      name: 'only-handlers-join-layers',
      comment: 'The files beside engine/ itself hand requests to handlers; they reach no deeper.',
      severity: 'error',
      from: { path: '^src-main/engine/[^/]+\\.ts$' },
      to: {
        path: '^src-(main|renderer)/',
        pathNot: ['^src-main/engine/[^/]+\\.ts$', '^src-main/engine/(handlers|runtime|project)/', '^src-main/shared/']
      }
    },
    {
      name: 'engine-knows-no-host',
      comment: 'The engine runs in Electron and in plain Node; it imports neither shell, entries nor renderer.',
      severity: 'error',
      from: { path: '^src-main/engine/' },
      to: { path: '^(src-main/(shell/|[^/]+\\.ts$|cli/)|src-renderer/)' }
    },
    {
      name: 'shell-holds-no-product',
      comment: 'The main process brokers; it never parses nor computes. engine-link.ts runs in the engine process.',
      severity: 'error',
      from: { path: '^src-main/(shell/|main\\.ts$|preload\\.ts$)', pathNot: '^src-main/shell/engine-link\\.ts$' },
      to: { path: '^src-main/engine/', pathNot: '^src-main/engine/fault\\.ts$' }
    },
    {
      name: 'main-sees-no-renderer',
      severity: 'error',
      from: { path: '^src-main/' },
      to: { path: '^src-renderer/' }
    },
    {
      name: 'renderer-sees-only-shared',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^src-main/', pathNot: '^src-main/shared/' }
    },
    {
      name: 'renderer-is-a-sandboxed-page',
      comment: 'No Node in the page.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { dependencyTypes: ['core'], pathNot: '^events$' }
    },
    {
      name: 'ui-is-a-leaf',
      comment: 'Buttons, tables and plots know no medicine.',
      severity: 'error',
      from: { path: '^src-renderer/ui/' },
      to: { path: '^src-(renderer|main)/', pathNot: '^src-renderer/ui/' }
    },
    {
      name: 'panels-do-not-import-views',
      severity: 'error',
      from: { path: '^src-renderer/(panels|ui|state|viewport|engine)/' },
      to: { path: '^src-renderer/views/' }
    },
    {
      name: 'state-draws-nothing',
      severity: 'error',
      from: { path: '^src-renderer/(state|engine)/' },
      to: { path: '^src-renderer/(panels|views)/' }
    },
    {
      name: 'plug-ins-do-not-read-their-registry',
      comment: 'A method may use a sibling, never the list it stands in.',
      severity: 'error',
      // recognise.ts walks the list of formats for whoever opens a file; it is no format itself.
      from: { path: `${registries}/`, pathNot: ['/index\\.ts$', '^src-main/engine/formats/recognise\\.ts$'] },
      to: { path: '^src-main/engine/$1/index\\.ts$' }
    },
    {
      name: 'no-circular',
      comment:
        'Types may point both ways (a handler names the table it stands in), a component may draw itself; code may not.',
      severity: 'error',
      from: { path: '^(src-.+)$' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] }, pathNot: '^$1$' }
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^electron$' }
    },
    {
      name: 'every-engine-file-is-reached',
      comment: 'A plug-in nobody registered, or a file nobody uses.',
      severity: 'error',
      from: { path: '^src-main/(cli|engine-process|inference-process|pool-worker)\\.ts$' },
      to: { path: '^src-main/engine/', pathNot: '\\.d\\.ts$', reachable: false }
    },
    {
      name: 'source-imports-no-tests',
      severity: 'error',
      from: { path: '^src-' },
      to: { path: '^(tests|benchmarks|tools)/' }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'node', 'default', 'types'],
      extensions: ['.ts', '.svelte.ts', '.svelte', '.js', '.mjs', '.cjs', '.json', '.css']
    }
  }
}

import { compileBackward } from '@engine/compiler/compile'
import { type RuledOperator, ruleTable } from '@engine/compiler/rules'
import { targets } from '@engine/compiler/targets'
import { parseModel } from '@engine/graph/parse'
import { probeModel } from '@engine/graph/probe'
import { GraphWriter } from '@engine/graph/writer'
import { everyCase } from '../engine/compiler/cases'
import { modelOf, type RuleCase, singleOnly } from '../engine/compiler/cases/rule-case'
import { runModel } from './gradcheck-ort'
import { readVectors } from './onnx-vectors'

const introduction = `# Operators gradients can pass

Made from the registry of rules (\`src-main/engine/compiler/rules\`) and the cases its tests run
(\`tests/engine/compiler/cases\`); \`npx tsx --tsconfig tsconfig.engine.json tools/operators/make.ts\` writes it anew, and
\`tests/engine/compiler/operator-table.test.ts\` fails when it is stale.

- **rule**: the file in \`rules/\`.
- **written by**: the files in \`formulations/\` that wrote nodes when the cases were compiled, for every provider profile
  a case is run for; a dash means plain operators only.
- **opsets**: the operator sets the rule is compared in with finite differences of ONNX Runtime's own forward pass.
- **cases**, **runs**: forms of the operator, and form × operator set × profile.
- **precision**: of the differenced forward pass; float32 where ONNX Runtime has no float64 kernel, at least in some set.
  Quantised operators round, so their gradients pass straight through; quantized.test.ts compares them with float twins.
- **vectors**: node tests of the onnx package in the committed choice (\`tests/fixtures/onnx-vectors\`), which check that our
  edits change no output and that gradients are slopes.

An operator that is not listed is refused by name, with its node and operator set; methods that only run the model
forward (occlusion, RISE, Score-CAM) work all the same. Integer and boolean tensors carry no gradient, so comparisons,
shapes and indices need no rule.
`

/** Which formulation files write nodes while a case is compiled in one operator set, for every target the case names. */
async function formulationsOf(item: RuleCase, opset: number): Promise<Set<string>> {
  const model = await probeModel(parseModel(modelOf(item, opset)), runModel)
  return recordWriters(() => {
    for (const target of item.targets ?? ['cpu'])
      compileBackward({ model, of: item.of ?? 'y', wrt: Object.keys(item.inputs), composite: 'gradient', target })
  })
}

/** Every node is written through one method of the writer: its callers say which file asked for the node. */
function recordWriters(action: () => void): Set<string> {
  const found = new Set<string>()
  const original = GraphWriter.prototype.ops
  const depth = Error.stackTraceLimit
  Error.stackTraceLimit = 30
  GraphWriter.prototype.ops = function (...given) {
    const holder = { stack: '' }
    Error.captureStackTrace(holder)
    for (const [, file] of holder.stack.matchAll(/formulations[\\/]([a-z-]+)\.ts/g)) found.add(file)
    return original.apply(this, given)
  }
  try {
    action()
  } finally {
    GraphWriter.prototype.ops = original
    Error.stackTraceLimit = depth
  }
  return found
}

function runsOf(item: RuleCase): number {
  return item.opsets.reduce((sum, opset) => sum + (opset === 17 ? (item.targets?.length ?? 1) : 1), 0)
}

async function row(entry: RuledOperator, vectors: ReadonlyMap<string, number>): Promise<string> {
  const cases = everyCase.filter((item) => item.op === entry.key)
  const opsets = [...new Set(cases.flatMap((item) => item.opsets))].sort((a, b) => a - b)
  const formulations = new Set<string>()
  for (const item of cases)
    for (const opset of new Set([Math.min(...item.opsets), Math.max(...item.opsets)]))
      for (const name of await formulationsOf(item, opset)) formulations.add(name)
  // Rounding has no slopes to difference.
  const isStraightThrough = cases.length === 0
  const cells = [
    entry.op,
    entry.domain === '' ? 'ai.onnx' : entry.domain,
    entry.family,
    [...formulations].sort().join(', ') || '–',
    opsets.join(', ') || '–',
    cases.length,
    cases.reduce((sum, item) => sum + runsOf(item), 0),
    isStraightThrough ? 'quantized.test.ts' : singleOnly.has(entry.key) ? 'float32' : 'float64',
    entry.domain === '' ? (vectors.get(entry.op) ?? 0) : '–'
  ]
  return `| ${cells.join(' | ')} |`
}

/** The text of docs/operators.md. */
export async function operatorTable(): Promise<string> {
  const vectors = new Map<string, number>()
  for (const { operators } of readVectors().vectors)
    if (operators.length === 1) vectors.set(operators[0], (vectors.get(operators[0]) ?? 0) + 1)
  const rows: string[] = []
  for (const entry of ruleTable) rows.push(await row(entry, vectors))
  const head = ['operator', 'domain', 'rule', 'written by', 'opsets', 'cases', 'runs', 'precision', 'vectors']
  const total = everyCase.reduce((sum, item) => sum + runsOf(item), 0)
  return [
    introduction,
    `${ruleTable.length} operators, ${everyCase.length} cases, ${total} runs.\n`,
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
    profiles()
  ].join('\n')
}

/** What the provider profiles choose between, from their registry. */
function profiles(): string {
  const head = [
    'provider',
    'strided convolution (images, wide depthwise, volumes, pointwise volumes)',
    'max pooling, separate',
    'overlapping'
  ]
  const lines = Object.values(targets).map(({ id, stridedConvolution: form, separatePooling, overlappingPooling }) => {
    const forms = [form.flat, form.flatDepthwise, form.volume, form.volumePointwise].join(', ')
    return `| ${id} | ${forms} | ${separatePooling} | ${overlappingPooling} |`
  })
  return [
    '## Choices of the provider profiles\n',
    'Convolutions with stride 1 are flipped convolutions everywhere.\n',
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...lines,
    ''
  ].join('\n')
}

import type { MethodSummary } from '@shared/vocabulary'

const differences = [
  '**CAM family.** `.layer.npy` is the map at layer size before ReLU; `.npy` is its positive part on the input’s grid (half-pixel linear, in volumes along each axis by itself), neither normalised. `scaling=pgc` gives what pytorch-grad-cam and mednet give. Several layers (`--layer A,B`): each map is brought to 0–1 before the mean, because units of layers do not compare; there is then no one layer map.',
  '**Grad-CAM in volumes** averages the gradient over all three axes.',
  '**Grad-CAM++** uses the closed form on the gradient of the explained score, not of its exponential.',
  '**Ablation-CAM** sets a channel to 0, as the paper says. pytorch-grad-cam writes a huge negative number unless the layer’s minimum is exactly 0, and lets ablations pile up inside a batch: behind a layer that a ReLU follows this is the same, elsewhere (MobileNet, EfficientNet, ConvNeXt, transformers) it means nothing and is not reproduced. When the score is negative all weights turn their sign; the recipe notes it.',
  '**Score-CAM** enlarges its masks with corners aligned and weighs by a softmax of raw scores, as pytorch-grad-cam; the map itself is enlarged like every other.',
  '**Eigen-CAM, Eigen-Grad-CAM.** A principal component has no sign; it is turned to rise with the sum over the channels. Peers leave it to chance.',
  '**FullGrad** draws convolutions and batch normalisations (β − μγ/√(σ² + ε)), merged or not. Biases without a place (dense layers, layer and group normalisation) enter the noted completeness only.',
  '**Tokens.** Class tokens are left out of maps and weights; an ablated channel is 0 in them too.'
]

/** docs/methods.md as Markdown: one table of all methods and wrappers, and where definitions part from those of peers. */
export function methodsPage(summaries: readonly MethodSummary[]): string {
  return [
    '# Methods and wrappers',
    '',
    'Made from the registries by `npx vitest run tests/engine/attribution/methods-page.test.ts -u`; a test fails when this page is stale.',
    'An expression is `BASE[+WRAPPER…]`, wrappers from left to right: `integrated-gradients+sg2+abs`. Parameters are given as `--param NAME=VALUE`.',
    '',
    '| id | title | kind | needs | blind to the class | parameters (default) | citation |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...summaries.map(tableRow),
    '',
    '## Parameters',
    '',
    ...parameterLines(summaries),
    '',
    '## Where definitions part from those of peers',
    '',
    ...differences.map((line) => `- ${line}`),
    ''
  ].join('\n')
}

function tableRow({ id, title, kind, needs, words, params, citation }: MethodSummary): string {
  const asked = needs.filter((need) => need !== 'nothing').join(', ')
  const fields = params.map(({ name, default: preset }) => `\`${name}\` (${preset === null ? 'open' : String(preset)})`)
  const cells = [
    `\`${id}\``,
    title,
    kind,
    asked === '' ? '–' : asked,
    words.classInsensitive ? 'yes' : 'no',
    fields.length === 0 ? '–' : fields.join(', '),
    citation.text
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** One line a parameter; those that several methods share are told once. */
function parameterLines(summaries: readonly MethodSummary[]): string[] {
  const told = new Map<string, string[]>()
  for (const { name, type, description, options, min, max } of summaries.flatMap(({ params }) => params)) {
    const range = options !== undefined ? options.join(' | ') : min !== undefined ? `${type}, ${min} to ${max}` : type
    const line = `(${range}): ${description}`
    told.set(line, [...new Set([...(told.get(line) ?? []), name])])
  }
  return [...told].map(([line, names]) => `- ${names.map((name) => `\`${name}\``).join(', ')} ${line}`)
}

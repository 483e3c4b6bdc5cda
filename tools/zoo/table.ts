import { timesTorch, type ZooList, type ZooResult, zooLimits } from '../../tests/support/zoo'

const small = (value: number): string => value.toExponential(1)

function row(result: ZooResult): string {
  const { name, size, weights, exporters, nodes, smooth, plain } = result
  const written = [exporters.plain, exporters.smooth].map(({ exporter, opset }) => `${exporter} ${opset}`).join(', ')
  const millions = (weights / 1e6).toFixed(1)
  return (
    `| ${name} | ${size.join('×')} | ${millions} | ${written} | ${nodes} | ${small(smooth.ours)} | ${small(smooth.torch)} ` +
    `| ${small(plain.ours)} | ${small(plain.torch)} | ${small(plain.torchLargest)} of ${plain.roundings} | ${timesTorch(result).toFixed(2)} |`
  )
}

/** The list as Markdown, made from results.json. */
export function zooTable({ versions, results }: ZooList): string {
  const operators = [...new Set(results.flatMap((result) => result.operators))].sort()
  const fallen = results.filter(({ failed }) => Object.keys(failed).length > 0)
  return `# The zoo: input gradients of torchvision's classifiers

Made by \`tools/zoo/measure.ts\`; do not edit. ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.

Each architecture has seeded random weights and varied batch statistics, two seeded noise images, one explained output per
image. Its ONNX file is differentiated by our compiler and compared with torch's float64 gradient.

- **Smooth twin** (ReLU, ReLU6, HardSwish → SiLU, HardSigmoid → Sigmoid, max → average pooling): largest difference ÷ largest
  reference value. Limit ${small(zooLimits.smooth)}.
- **As it is**: l2 of the difference ÷ l2 of the reference. A ReLU or maximum whose sides lie within rounding may fall either way
  in float32, in torch as in ONNX Runtime. So torch's own float32 gradient is taken several times, each as good as the other: with
  oneDNN's kernels, with torch's own (another order of sums), with images moved by at most one unit in the last place. Limit:
  ${zooLimits.timesTorch} × the largest of them.

${results.length} architectures. Operators met: ${operators.join(', ')}.

| architecture | input | weights, million | exporter and opset, as it is and twin | nodes | smooth twin: ours | torch float32 | as it is: ours | torch float32 | largest of torch's roundings | times torch |
|---|---|---|---|---|---|---|---|---|---|---|
${results.map(row).join('\n')}
${
  fallen.length === 0
    ? ''
    : `\n## Exporters that could not\n\n${fallen
        .flatMap(({ name, failed }) =>
          Object.entries(failed).map(([exporter, said]) => `- ${name}, ${exporter}: ${said}`)
        )
        .join('\n')}\n`
}`
}

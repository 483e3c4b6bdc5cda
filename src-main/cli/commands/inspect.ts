import { resolve } from 'node:path'
import { InferenceHost } from '@engine/runtime/inference-host'
import { ModelShelf } from '@engine/handlers/model-shelf'
import { describeFile } from '@engine/handlers/describe-file'
import { asFault, Fault } from '@engine/fault'
import { readCard } from '@engine/handlers/card-file'
import type { CliCommand } from '../command'

/** `inspect MODEL.onnx`: ends, operators, logits, target layers, the proposed card. */
export const inspectCommand: CliCommand = {
  name: 'inspect',
  summary: 'what an ONNX file is: inputs, outputs, operators, logits, target layers, proposed card',
  usage: 'saliscope inspect MODEL.onnx [--card CARD.json] [--input-name NAME] [--json]',
  rules: { options: ['card', 'input-name'], flags: ['json'], positional: ['MODEL.onnx'] },

  async run(args, console, { spawn, threads }) {
    const [path] = args.positional
    if (path === undefined) throw new Fault('usage', 'No model is named.', { hint: inspectCommand.usage })
    const host = new InferenceHost({ spawn })
    try {
      const cardPath = args.option('card')
      const wishes = {
        card: cardPath === undefined ? undefined : readCard(resolve(cardPath), true),
        name: args.option('input-name')
      }
      const description = await describeFile(resolve(path), { host, threads, job: console.job() }, wishes)
      const opened = description.classifier.is ? await openedModel() : undefined
      if (console.json)
        console.result(
          JSON.stringify({ ...description, metadata: Object.fromEntries(description.metadata), ...opened })
        )
      else for (const line of lines(description, opened)) console.result(line)
      return 0
    } finally {
      host.dispose()
    }

    async function openedModel(): Promise<Opened> {
      try {
        const models = new ModelShelf(host, threads)
        const { card, cardSource, cardToCheck, gradient } = await models.open(resolve(path), console.job(), {
          cardPath: args.option('card'),
          inputName: args.option('input-name')
        })
        return { card, cardSource, cardToCheck, gradient }
      } catch (thrown) {
        return { fault: asFault(thrown).report() }
      }
    }
  }
}

type Opened = Partial<
  Pick<Awaited<ReturnType<ModelShelf['open']>>, 'card' | 'cardSource' | 'cardToCheck' | 'gradient'>
> & {
  readonly fault?: ReturnType<Fault['report']>
}

function lines(description: Awaited<ReturnType<typeof describeFile>>, opened: Opened | undefined): string[] {
  const shape = (dims: readonly (number | string | null)[] | null): string =>
    dims === null ? 'shape not stated' : `[${dims.map((dim) => dim ?? '?').join(', ')}]`
  const ports = [
    ...description.inputs.map(({ name, elementType, dims }) => `input    ${name} ${elementType} ${shape(dims)}`),
    ...description.outputs.map(({ name, elementType, dims }) => `output   ${name} ${elementType} ${shape(dims)}`)
  ]
  const without = description.ops.filter(({ rule }) => !rule)
  const head = [
    `${description.file}: opset ${description.opset}, ${description.parameters.toLocaleString('en')} parameters${description.producer === '' ? '' : `, made by ${description.producer}`}`,
    ...ports,
    `operators ${description.ops.map(({ op, count }) => `${op} ×${count}`).join(', ')}`,
    without.length === 0
      ? 'every operator has a backward rule'
      : `no backward rule for ${without.map(({ op }) => op).join(', ')}`,
    ...description.remarks.map((remark) => `remark   ${remark}`)
  ]
  if (opened === undefined) {
    const { reason, hint } = description.classifier
    return [...head, `not a classifier: ${reason}`, ...(hint === undefined ? [] : [hint])]
  }
  return [
    ...head,
    `logits   ${description.output.logits} (${description.output.classes} ${description.output.classes === 1 ? 'output' : 'outputs'}, head: ${description.output.head})`,
    ...layerLines(description),
    ...cardLines(opened)
  ]
}

function layerLines({ layers }: Awaited<ReturnType<typeof describeFile>>): string[] {
  if (layers.length === 0) return ['no layer for class activation maps']
  return layers.map(
    ({ tensor, title, shape, tokens }, index) =>
      `${index === 0 ? 'layers   ' : '         '}${tensor} [${shape.join(', ')}] ${title}${tokens === undefined ? '' : ` (grid ${tokens.grid.join(' × ')}, ${tokens.drop} tokens in front)`}`
  )
}

function cardLines({ card, cardSource, cardToCheck = [], gradient, fault }: Opened): string[] {
  if (fault !== undefined) return [`cannot be used: ${fault.message}`]
  const works =
    gradient?.works === true
      ? 'gradient methods work'
      : `gradient methods do not work: ${gradient?.fault?.message ?? ''} ${gradient?.fault?.hint ?? ''}`
  const checks = cardToCheck.map(({ path, why }) => `  check ${path}: ${why}`)
  const origin = cardSource === 'file' ? 'model card found' : 'no model card beside the file; this one is proposed:'
  return [works, origin, ...checks, ...(cardSource === 'file' ? [] : [JSON.stringify(card, null, 2)])]
}

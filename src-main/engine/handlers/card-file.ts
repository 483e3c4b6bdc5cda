import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { ModelCard } from '@shared/model-card'

/** `NAME.card.json` beside `NAME.onnx`. */
export function cardPathOf(modelPath: string): string {
  return modelPath.replace(/\.onnx$/i, '') + '.card.json'
}

/** Reads a card; undefined when there is none and none was asked for. Throws Fault `bad-card`, `not-found`. */
export function readCard(path: string, asked: boolean): ModelCard | undefined {
  const name = basename(path)
  if (!existsSync(path)) {
    if (asked) throw new Fault('not-found', `There is no model card "${name}".`, { subject: name })
    return undefined
  }
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Fault('bad-card', `The model card "${name}" is not valid JSON.`, {
      subject: name,
      hint: 'saliscope schema model-card prints what a card holds.',
      cause
    })
  }
  const parsed = v.safeParse(ModelCard, value)
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  throw new Fault(
    'bad-card',
    `The model card "${name}" is wrong at "${v.getDotPath(issue) ?? 'its top level'}": ${issue.message.replace(/\.$/u, '')}.`,
    {
      subject: name,
      hint: 'saliscope schema model-card prints what a card holds.'
    }
  )
}

import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { savedModelHint } from '@shared/model-files'
import { Fault } from '@engine/fault'
import type { GraphModel } from './model'
import { parseModel } from './parse'

/** A protobuf message cannot be larger; a larger network keeps its weights in a file of its own. */
export const largestModelBytes = 2 ** 31 - 1

/**
 * Opens an ONNX file. Weights in a file beside it stay there until they are asked for.
 * Throws Fault `not-found`, `too-large`, `bad-model`, `external-weights`.
 */
export function openModel(path: string): GraphModel {
  const name = basename(path)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new Fault('not-found', `There is no model file ${name}.`, { subject: name })
  if (!stat.isFile()) {
    const saved = existsSync(join(path, 'saved_model.pb'))
    throw new Fault('bad-model', saved ? `${name} is a TensorFlow SavedModel.` : `${name} is not a file.`, {
      subject: name,
      hint: saved ? savedModelHint : 'Choose the .onnx file itself.'
    })
  }
  if (stat.size > largestModelBytes) {
    throw new Fault('too-large', `${name} has ${(stat.size / 2 ** 30).toFixed(1)} GiB; an ONNX file ends at 2 GiB.`, {
      subject: name,
      hint: 'Save the model with external data: the graph in the .onnx file, the weights in a file beside it.'
    })
  }
  return parseModel(readFileSync(path), { name, folder: dirname(path) })
}

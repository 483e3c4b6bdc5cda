import { Fault } from '@engine/fault'
import type { GraphModel } from './model'

/** The oldest operator set ONNX Runtime has most kernels for. */
export const oldestOpset = 7

/** How ONNX Runtime names a node it cannot run: `Add(6) node with name 'sum'`. */
const missing = /Could not find an implementation for (\S+?)\((\d+)\) node with name '([^']*)'/

/**
 * What to say of a model ONNX Runtime could not run: it has no kernels for most of the operator sets before 7, nor for
 * every operator of later ones, and its own message names the node at best. Anything else is passed on.
 */
export function cannotRun(model: GraphModel, thrown: unknown): unknown {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  const [, opType, version, name] = missing.exec(text) ?? []
  const isOld = model.opset < oldestOpset
  if (opType === undefined && !isOld) return thrown
  const sets = `${model.origin.name} uses operator set ${model.opset}`
  const place = opType === undefined ? '' : `ONNX Runtime cannot run ${opType} (node "${name}", version ${version}): `
  const message = isOld ? `${place}${sets}; ONNX Runtime runs ${oldestOpset} and newer.` : `${place}${sets}.`
  return new Fault('unsupported-model', message, {
    subject: opType ?? model.origin.name,
    hint: isOld
      ? 'Export the model again, or convert it with onnx.version_converter.'
      : 'Export the model again for another operator set.',
    cause: thrown
  })
}

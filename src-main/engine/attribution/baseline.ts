import type { AttributionContext } from '@engine/attribution/method'
import { Fault } from '@engine/fault'
import { elementCount, full, tensor, type Tensor } from '@engine/tensor/tensor'

/**
 * The baselines a parameter stands for, each `[1, C, ...spatial]`: `black`, `white`, `black-white` (two), a number, or an NPY file
 * of the input's shape with or without the batch axis. Throws Fault `bad-parameter`.
 */
export async function resolveBaselines(
  parameter: string,
  stated: string | number,
  context: AttributionContext
): Promise<readonly Tensor[]> {
  const { model } = context
  const shape = [1, ...model.inputShape]
  if (typeof stated === 'number') return [full(shape, stated)]
  const black = (): Tensor => perChannel(model.black, model.inputShape)
  const white = (): Tensor => perChannel(model.white, model.inputShape)
  if (stated === 'black') return [black()]
  if (stated === 'white') return [white()]
  if (stated === 'black-white') return [black(), white()]
  const loaded = await loadParameterTensor(parameter, stated, context)
  if (loaded.data.length !== elementCount(shape)) {
    throw new Fault(
      'bad-parameter',
      `${parameter} has shape [${loaded.shape.join(', ')}], but the model's input is [${shape.join(', ')}].`,
      { subject: parameter, hint: 'Give one array of the input’s shape, or black, white, black-white or a number.' }
    )
  }
  return [tensor(loaded.data, shape)]
}

/** Reads a file-valued parameter. Throws Fault `bad-parameter` where no files can be read. */
export async function loadParameterTensor(
  parameter: string,
  path: string,
  context: AttributionContext
): Promise<Tensor> {
  if (context.loadTensor === undefined) {
    throw new Fault('bad-parameter', `${parameter} cannot be read from a file here.`, {
      subject: parameter,
      hint: 'Give one of the words the parameter knows, or a number.'
    })
  }
  return context.loadTensor(path)
}

function perChannel(values: readonly number[], inputShape: readonly number[]): Tensor {
  const [channels, ...spatial] = inputShape
  const size = elementCount(spatial)
  const data = new Float32Array(channels * size)
  for (let channel = 0; channel < channels; channel++) {
    data.fill(values[Math.min(channel, values.length - 1)], channel * size, (channel + 1) * size)
  }
  return { data, shape: [1, ...inputShape] }
}

import { floatPort, floats, integers, onnxFile } from '../../support/onnx-file'

const scalarBool = (name: string) => ({ name, elementType: 'bool' as const, dims: [] })
const scalarInteger = (name: string) => ({ name, elementType: 'int64' as const, dims: [] })

/** y = x + 1 for any shape `[N, 2]`. */
export function plusOne(): Uint8Array {
  return onnxFile({
    nodes: [{ opType: 'Add', inputs: ['x', 'one'], outputs: ['y'] }],
    constants: [floats('one', [1], [1])],
    inputs: [floatPort('x', ['N', 2])],
    outputs: [floatPort('y', ['N', 2])]
  })
}

/** Turns a loop `turns` times, adding 1 each time: with 2^62 turns a run that never returns. */
export function loop(turns: bigint): Uint8Array {
  return onnxFile({
    nodes: [
      {
        opType: 'Loop',
        inputs: ['turns', 'again', 'x'],
        outputs: ['y'],
        bodies: {
          body: {
            nodes: [
              { opType: 'Identity', inputs: ['go'], outputs: ['goOn'] },
              { opType: 'Add', inputs: ['state', 'one'], outputs: ['next'] }
            ],
            inputs: [scalarInteger('turn'), scalarBool('go'), floatPort('state', [1, 2])],
            outputs: [scalarBool('goOn'), floatPort('next', [1, 2])]
          }
        }
      }
    ],
    constants: [
      integers('turns', [], [turns]),
      { name: 'again', dims: [], elementType: 'bool', values: Uint8Array.of(1) },
      floats('one', [1], [1])
    ],
    inputs: [floatPort('x', [1, 2])],
    outputs: [floatPort('y', [1, 2])]
  })
}

/** Fills `elements` floats at run time and sums them. */
export function hungry(elements: number | bigint): Uint8Array {
  return onnxFile({
    nodes: [
      // The size goes through the input so that it cannot be folded when the model is loaded.
      { opType: 'Cast', inputs: ['x'], outputs: ['zero'], attributes: { to: 7 } },
      { opType: 'Add', inputs: ['zero', 'size'], outputs: ['wanted'] },
      { opType: 'ConstantOfShape', inputs: ['wanted'], outputs: ['filled'] },
      { opType: 'Add', inputs: ['filled', 'x'], outputs: ['sum'] },
      { opType: 'ReduceSum', inputs: ['sum'], outputs: ['y'], attributes: { keepdims: 0 } }
    ],
    constants: [integers('size', [1], [elements])],
    inputs: [floatPort('x', [1])],
    outputs: [floatPort('y', [])]
  })
}

/** A chain of `length` additions. */
export function chain(length: number): Uint8Array {
  const nodes = Array.from({ length }, (_, index) => ({
    opType: 'Add',
    inputs: [index === 0 ? 'x' : `t${index}`, 'one'],
    outputs: [index === length - 1 ? 'y' : `t${index + 1}`]
  }))
  return onnxFile({
    nodes,
    constants: [floats('one', [1], [1])],
    inputs: [floatPort('x', ['N', 2])],
    outputs: [floatPort('y', ['N', 2])]
  })
}

/** A node of a domain nobody registered. */
export function foreignOperator(): Uint8Array {
  return onnxFile({
    nodes: [{ opType: 'Trojan', domain: 'com.example', inputs: ['x'], outputs: ['y'] }],
    inputs: [floatPort('x', ['N', 2])],
    outputs: [floatPort('y', ['N', 2])]
  })
}

import { describe, expect, test } from 'vitest'
import { describeModel } from '@engine/compiler/describe'
import { compiled, faultOf, net, probed } from '../../support/gradcheck-net'
import { floatInput, floatOutput, floats, int64s, node } from '../../support/tiny-graphs'

describe('what cannot be compiled', () => {
  test('an operator without a rule is named with its node and operator set, and other methods are offered', async () => {
    const model = await probed({
      opset: 16,
      nodes: [node('Relu', ['x'], 'a'), node('Det', ['a'], 'y')],
      inputs: [floatInput('x', ['N', 2, 2])],
      outputs: [floatOutput('y')]
    })
    const fault = await faultOf(() => compiled(model))
    expect(fault.code).toBe('unsupported-op')
    expect(fault.message).toMatch(/Det.*"y".*opset 16/)
    expect(fault.subject).toBe('Det')
    expect(fault.hint).toMatch(/occlusion/)
    const entry = describeModel(model).ops.find((op) => op.op === 'Det')
    expect(entry).toEqual({ op: 'Det', count: 1, rule: false })
  })

  test('an operator without a rule off the way does not matter', async () => {
    const model = await probed({
      nodes: [node('Det', ['x'], 'side'), node('Relu', ['x'], 'y')],
      inputs: [floatInput('x', ['N', 2, 2])],
      outputs: [floatOutput('y'), floatOutput('side')]
    })
    expect(compiled(model).outputs.gradients.x).toBeTruthy()
  })

  test('an operator of another domain has no rule, whatever its name', async () => {
    const model = await probed(net)
    const nodes = model.nodes.map((item) => (item.opType === 'Relu' ? { ...item, domain: 'com.example' } : item))
    expect((await faultOf(() => compiled({ ...model, nodes }))).message).toMatch(/Relu.*domain com\.example/)
  })

  test('an operator of ONNX Runtime’s own domain that has no rule', async () => {
    const model = await probed(net)
    const nodes = model.nodes.map((item) =>
      item.opType === 'Relu' ? { ...item, opType: 'CDist', domain: 'com.microsoft' } : item
    )
    const fault = await faultOf(() => compiled({ ...model, nodes }))
    expect(fault.message).toMatch(/CDist.*domain com\.microsoft/)
  })

  test('an input the rule has no gradient for, when it depends on the image', async () => {
    const model = await probed({
      nodes: [node('Reshape', ['x', 'shape'], 'g'), node('InstanceNormalization', ['image', 'g', 'h'], 'y')],
      constants: [int64s('shape', [2]), floats('h', [2], [0, 0])],
      inputs: [floatInput('x', [1, 2]), floatInput('image', [1, 2, 3])],
      outputs: [floatOutput('y')]
    })
    const fault = await faultOf(() => compiled(model))
    expect([fault.code, fault.subject]).toEqual(['unsupported-op', 'InstanceNormalization'])
    expect(fault.message).toMatch(/its input "g" depends on the image as well/)
  })

  test('a model of an old operator set that happens to run', async () => {
    const model = await probed({
      opset: 6,
      nodes: [node('Relu', ['x'], 'y')],
      inputs: [floatInput('x', ['N', 4])],
      outputs: [floatOutput('y')]
    })
    const fault = await faultOf(() => compiled(model))
    expect(fault.code).toBe('unsupported-model')
    expect(fault.message).toMatch(/needs operator set 7 or newer.*uses 6/)
  })

  test('a use the rule does not cover', async () => {
    const model = await probed({
      nodes: [node('Reshape', ['x', 'shape'], 'k'), node('Conv', ['image', 'k'], 'y')],
      constants: [int64s('shape', [1, 1, 2, 2])],
      inputs: [floatInput('x', [1, 4]), floatInput('image', [1, 1, 3, 3])],
      outputs: [floatOutput('y')]
    })
    const fault = await faultOf(() => compiled(model))
    expect([fault.code, fault.subject]).toEqual(['unsupported-op', 'Conv'])
    expect(fault.message).toMatch(/kernel itself depends on the input/)
  })

  test('a tensor that is not there, and one that does not matter', async () => {
    const model = await probed({
      ...net,
      nodes: [...net.nodes, node('Relu', ['c1'], 'side')],
      outputs: [floatOutput('y'), floatOutput('side')]
    })
    expect(await faultOf(() => compiled(model, { wrt: ['ghost'] }))).toMatchObject({
      code: 'bad-parameter',
      subject: 'ghost'
    })
    expect(await faultOf(() => compiled(model, { wrt: ['side'] }))).toMatchObject({
      code: 'bad-parameter',
      subject: 'side'
    })
    expect(await faultOf(() => compiled(model, { activations: ['ghost'] }))).toMatchObject({
      code: 'bad-parameter',
      subject: 'ghost'
    })
  })
})

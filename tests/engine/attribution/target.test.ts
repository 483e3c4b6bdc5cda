import { describe, expect, it } from 'vitest'
import { parseTarget, resolveTargets } from '@engine/attribution/target'
import { tensor } from '@engine/tensor/tensor'

const three = { outputs: 3, labels: ['normal', 'Effusion', 'mass'] }
const scores = tensor(Float32Array.of(-2, 0.5, 0.1), [1, 3])
const resolve = (text: string | number, choices = three) =>
  resolveTargets(parseTarget(text), choices.outputs === 1 ? tensor(Float32Array.of(-4), [1, 1]) : scores, choices)

describe('targets', () => {
  it('index, label and predicted name one output', () => {
    expect(resolve(2)[0]).toMatchObject({ id: '2', index: 2, label: 'mass' })
    expect(resolve('effusion')[0]).toMatchObject({ id: '1', index: 1, label: 'Effusion' })
    expect([...resolve('predicted')[0].start.data]).toEqual([0, 1, 0])
  })

  it('all lists every output, not:N turns the sign', () => {
    expect(resolve('all').map(({ id }) => id)).toEqual(['0', '1', '2'])
    expect(resolve('not:1')[0]).toMatchObject({ id: 'not:1', label: 'not Effusion' })
    expect([...resolve('not:1')[0].start.data]).toEqual([0, -1, 0])
  })

  it('a model with one output explains it, also when the answer is no', () => {
    expect([...resolve('predicted', { outputs: 1, labels: ['lesion'] })[0].start.data]).toEqual([1])
  })

  it.each([
    ['3', 'numbers 0 to 2'],
    ['not:9', 'numbers 0 to 2'],
    ['nodule', 'normal, Effusion, mass']
  ])('refuses %s and names what there is', (text, words) => {
    expect(() => resolve(text)).toThrow(words)
  })

  it('says that a model without labels has only numbers', () => {
    expect(() => resolve('lesion', { outputs: 1, labels: [] })).toThrow('no labels')
  })
})

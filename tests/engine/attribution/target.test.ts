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

  it('A-B explains the difference of two outputs, named by number or by label', () => {
    for (const text of ['2-0', 'mass-normal', 'MASS - 0', '2-normal']) {
      const [contrast] = resolve(text)
      expect(contrast).toMatchObject({ id: '2-0', index: 2, label: 'mass minus normal' })
      expect([...contrast.start.data]).toEqual([-1, 0, 1])
    }
  })

  it('is found again by the name that a settled target has', () => {
    for (const text of ['not:1', '2-0', '1', '0']) {
      const [settled] = resolve(text)
      expect(resolve(settled.label)[0], settled.label).toEqual(settled)
    }
  })

  it('a label with a hyphen or a comma is a label first', () => {
    const choices = { outputs: 3, labels: ['COVID-19', 'flu', 'cough, dry'] }
    expect(resolve('covid-19', choices)[0]).toMatchObject({ id: '0', index: 0 })
    expect(resolve('COVID-19-flu', choices)[0]).toMatchObject({ id: '0-1', label: 'COVID-19 minus flu' })
    expect(resolve('cough, dry', choices).map(({ id }) => id)).toEqual(['2'])
  })

  it('several are listed with commas, each once', () => {
    expect(resolve('0, mass,2-0,not:1,predicted,1').map(({ id }) => id)).toEqual(['0', '2', '2-0', 'not:1', '1'])
  })

  it('positive lists what a multi-label model finds, else the highest output', () => {
    const found = (positiveFrom?: number) => resolve('positive', { ...three, positiveFrom } as typeof three)
    expect(found(0).map(({ id }) => id)).toEqual(['1', '2'])
    expect(found(0.2).map(({ id }) => id)).toEqual(['1'])
    expect(found(3).map(({ id }) => id)).toEqual(['1'])
    expect(found().map(({ id }) => id)).toEqual(['1'])
  })

  it('a model with one output explains it, also when the answer is no', () => {
    expect([...resolve('predicted', { outputs: 1, labels: ['lesion'] })[0].start.data]).toEqual([1])
  })

  it.each([
    ['3', 'numbers 0 to 2'],
    ['not:9', 'numbers 0 to 2'],
    ['nodule', 'normal, Effusion, mass'],
    ['mass-nodule', 'normal, Effusion, mass'],
    ['1-1', 'compares an output with itself'],
    ['0-7', 'numbers 0 to 2'],
    ['0,9', 'numbers 0 to 2']
  ])('refuses %s and names what there is', (text, words) => {
    expect(() => resolve(text)).toThrow(words)
  })

  it('says that a model without labels has only numbers', () => {
    expect(() => resolve('lesion', { outputs: 1, labels: [] })).toThrow('no labels')
  })
})

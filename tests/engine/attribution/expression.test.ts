import { describe, expect, it } from 'vitest'
import { expressionPasses, expressionTitle, parseExpression, parseExpressions } from '@engine/attribution/expression'
import type { Fault } from '@engine/fault'

const faultOf = (work: () => unknown): Fault => {
  try {
    work()
  } catch (thrown) {
    return thrown as Fault
  }
  throw new Error('nothing was thrown')
}

describe('method expressions', () => {
  it('reads base and wrappers in order and titles them', () => {
    const expression = parseExpression(' integrated-gradients+sg2+abs ')
    expect(expression.text).toBe('integrated-gradients+sg2+abs')
    expect(expression.wrappers.map(({ id }) => id)).toEqual(['sg2', 'abs'])
    expect(expressionTitle(expression)).toBe('Integrated gradients, SmoothGrad squared, Magnitude')
  })

  it('reads a list and refuses an empty one', () => {
    expect(parseExpressions('gradient,gradcam').map(({ text }) => text)).toEqual(['gradient', 'gradcam'])
    expect(faultOf(() => parseExpressions(' , ')).code).toBe('usage')
  })

  it.each([['gradeint'], ['sg'], [''], ['gradient+'], ['gradient+smooth'], ['sg+gradient']])(
    'refuses %j and says what there is',
    (text) => {
      const fault = faultOf(() => parseExpression(text))
      expect(fault.code).toBe('usage')
      expect(fault.hint).toMatch(/gradient|sg/)
    }
  )

  it('takes parameters as text or as values and completes them by defaults', () => {
    const fromText = parseExpression('integrated-gradients+sg', {
      'integrated-gradients.steps': '10',
      'sg.sigma': '.2',
      'occlusion.window': '1,4,4'
    })
    const fromValues = parseExpression('integrated-gradients+sg', { 'integrated-gradients.steps': 10, 'sg.sigma': 0.2 })
    expect(fromText.params).toEqual(fromValues.params)
    expect(fromText.params.all).toEqual({
      'integrated-gradients.steps': 10,
      'integrated-gradients.rule': 'gauss-legendre',
      'integrated-gradients.baseline': 'black',
      'sg.samples': null,
      'sg.sigma': 0.2,
      'sg.noise': null
    })
  })

  it.each([
    ['integrated-gradients.stepz', 'integrated-gradients.steps'],
    ['steps', 'METHOD.NAME'],
    ['sg2.samples', 'sg.samples'],
    ['gradient.steps', 'no parameters'],
    ['lrp-epsilon.epsilon', 'METHOD.NAME']
  ])('names the valid ones for the unknown parameter %s', (name, expected) => {
    const fault = faultOf(() => parseExpression('gradient', { [name]: 1 }))
    expect(fault).toMatchObject({ code: 'bad-parameter', subject: name })
    expect(fault.hint).toContain(expected)
  })

  it.each([
    ['integrated-gradients.steps', '0'],
    ['integrated-gradients.steps', '1.5'],
    ['integrated-gradients.steps', 'many'],
    ['integrated-gradients.rule', 'simpson'],
    ['integrated-gradients.baseline', '']
  ])('refuses %s=%s by name', (name, value) => {
    expect(faultOf(() => parseExpression('integrated-gradients', { [name]: value }))).toMatchObject({
      code: 'bad-parameter',
      subject: name
    })
  })

  it('forecasts passes', () => {
    expect(expressionPasses(parseExpression('gradient+sg'), [1, 8, 8])).toBe(25)
    expect(expressionPasses(parseExpression('integrated-gradients+sg', { 'sg.samples': 4 }), [1, 8, 8])).toBe(4 * 33)
    const fine = expressionPasses(
      parseExpression('occlusion', { 'occlusion.window': '1,2,2', 'occlusion.stride': '1,2,2' }),
      [1, 8, 8]
    )
    expect(fine).toBeCloseTo(16 / 3)
  })
})

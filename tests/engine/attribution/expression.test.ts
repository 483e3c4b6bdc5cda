import { describe, expect, it } from 'vitest'
import { expressionTitle, parseExpression, parseExpressions } from '@engine/attribution/expression'
import { checkRequest, resolveParameters, type GivenParams } from '@engine/attribution/parameters'
import { expressionPasses } from '@engine/attribution/run-expression'
import type { Fault } from '@engine/fault'

const faultOf = (work: () => unknown): Fault => {
  try {
    work()
  } catch (thrown) {
    return thrown as Fault
  }
  throw new Error('nothing was thrown')
}

const parameters = (text: string, given: GivenParams) => resolveParameters(parseExpression(text), given)
const passes = (text: string, given: GivenParams = {}): number =>
  expressionPasses(parseExpression(text), given, [1, 8, 8])

describe('method expressions', () => {
  it('reads base and wrappers in order and titles them', () => {
    const expression = parseExpression(' integrated-gradients+sg2+abs ')
    expect(expression.text).toBe('integrated-gradients+sg2+abs')
    expect(expression.wrappers.map(({ id }) => id)).toEqual(['sg2', 'abs'])
    expect(expressionTitle(expression)).toBe('Integrated gradients + SmoothGrad squared + Magnitude')
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
    const fromText = parameters('integrated-gradients+sg', {
      'integrated-gradients.steps': '10',
      'sg.sigma': '.2',
      'occlusion.window': '1,4,4'
    })
    const fromValues = parameters('integrated-gradients+sg', { 'integrated-gradients.steps': 10, 'sg.sigma': 0.2 })
    expect(fromText).toEqual(fromValues)
    expect(fromText.all).toEqual({
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
    ['lrp-delta.epsilon', 'METHOD.NAME']
  ])('names the valid ones for the unknown parameter %s', (name, expected) => {
    const fault = faultOf(() => parameters('gradient', { [name]: 1 }))
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
    expect(faultOf(() => checkRequest(['gradient', 'integrated-gradients'], { [name]: value }))).toMatchObject({
      code: 'bad-parameter',
      subject: name
    })
  })

  it('forecasts passes', () => {
    expect(passes('gradient+sg')).toBe(25)
    expect(passes('integrated-gradients+sg', { 'sg.samples': 4 })).toBe(4 * 33)
    const fine = passes('occlusion', { 'occlusion.window': '1,2,2', 'occlusion.stride': '1,2,2' })
    expect(fine).toBeCloseTo(16 / 3)
  })
})

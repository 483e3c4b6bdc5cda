import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { describeMethods } from '@engine/attribution/describe-methods'
import { checkRequest } from '@engine/attribution/parameters'
import { MethodSummary } from '@shared/vocabulary'

describe('describeMethods', () => {
  const summaries = describeMethods()

  it('fits the protocol, has unique ids and BibTeX for each', () => {
    expect(() => v.parse(v.array(MethodSummary), summaries)).not.toThrow()
    expect(new Set(summaries.map(({ id }) => id)).size).toBe(summaries.length)
    for (const { citation } of summaries) expect(citation.bibtex).toMatch(/^@\w+\{\w+,\n[\s\S]+\n\}$/)
  })

  it('lists the bases and wrappers of the design', () => {
    const ids = (kind: string): string[] =>
      summaries
        .filter((item) => item.kind === kind)
        .map(({ id }) => id)
        .sort()
    expect(ids('base')).toEqual([
      'ablationcam',
      'beta-smooth',
      'blur-ig',
      'deconvolution',
      'deeplift',
      'edge',
      'eigencam',
      'eigengradcam',
      'excitation-backprop',
      'expected-gradients',
      'fullgrad',
      'gradcam',
      'gradcam-clinicadl',
      'gradcam-elementwise',
      'gradcam-plus-plus',
      'gradient',
      'guided-backprop',
      'guided-gradcam',
      'guided-ig',
      'hirescam',
      'input-x-gradient',
      'integrated-gradients',
      'layercam',
      'lrp-alpha2-beta1',
      'lrp-epsilon',
      'lrp-epsilon-alpha2-beta1',
      'lrp-epsilon-alpha2-beta1-flat',
      'lrp-epsilon-gamma-box',
      'lrp-epsilon-plus',
      'lrp-epsilon-plus-flat',
      'lrp-flat',
      'lrp-gamma',
      'lrp-wsquare',
      'lrp-zplus',
      'occlusion',
      'random',
      'randomcam',
      'rise',
      'scorecam',
      'xgradcam',
      'xrai'
    ])
    expect(ids('wrapper')).toEqual(['abs', 'region', 'sg', 'sg2', 'var'])
  })

  it('reads type, limits, options and default of every parameter from its schema', () => {
    const field = (name: string) => summaries.flatMap(({ params }) => params).find((param) => param.name === name)
    expect(field('integrated-gradients.steps')).toMatchObject({
      type: 'integer',
      default: 32,
      min: 1,
      max: 2000,
      title: 'Steps'
    })
    expect(field('integrated-gradients.rule')?.options).toEqual([
      'gauss-legendre',
      'trapezoid',
      'riemann-trapezoid-captum',
      'pair'
    ])
    expect(field('occlusion.window')).toMatchObject({ type: 'list', default: null })
    expect(field('gradcam.layer')?.type).toBe('layer')
    expect(field('sg.samples')).toMatchObject({ type: 'integer', default: null })
    expect(field('guided-gradcam.upsampling')).toMatchObject({ type: 'choice', default: 'linear' })
  })

  it('every default it states is accepted', () => {
    for (const { id, kind, params } of summaries) {
      const given = Object.fromEntries(
        params.filter((param) => param.default !== null).map((param) => [param.name, param.default])
      )
      expect(() => checkRequest([kind === 'base' ? id : `gradient+${id}`], given)).not.toThrow()
    }
  })
})

import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { describePresets } from '@engine/attribution/describe-presets'
import { parseExpressions } from '@engine/attribution/expression'
import { expressionMaps, presetMaps } from '@engine/attribution/planned-map'
import { presets } from '@engine/attribution/presets/index'
import { Reduction, scoringReduction } from '@engine/attribution/reduction'
import { PresetSummary } from '@shared/vocabulary'

describe('presets', () => {
  it('fit the protocol, have unique ids, a citation and words on where they depart', () => {
    const summaries = describePresets()
    expect(() => v.parse(v.array(PresetSummary), summaries)).not.toThrow()
    expect(new Set(summaries.map(({ id }) => id)).size).toBe(presets.length)
    for (const { citation, departs } of summaries) {
      expect(citation.bibtex).toMatch(/^@\w+\{\w+,\n[\s\S]+\n\}$/)
      expect(departs).toMatch(/^[A-Z].+\.$/)
    }
  })

  it.each(presets.map(({ id }) => id))('%s: every map is known, has a name of its own and a valid reduction', (id) => {
    const maps = presetMaps(id)
    expect(new Set(maps.map((map) => map.id)).size).toBe(maps.length)
    for (const { reduction } of maps) expect(v.parse(Reduction, reduction)).toEqual(reduction)
  })

  it('gives way to parameters of the user', () => {
    const [map] = presetMaps('suemer', { 'sg.samples': 3 }).filter(({ id }) => id === 'gradient+sg')
    expect(map.params).toMatchObject({ 'sg.samples': 3 })
    expect(() => presetMaps('suemer', { 'sg.samples': 'many' })).toThrow(/sg\.samples/)
  })

  it('refuses an unknown preset by name and says which there are', () => {
    expect(() => presetMaps('summer')).toThrow('There is no preset "summer".')
  })

  it('plans written expressions with the scoring reduction', () => {
    expect(
      expressionMaps(parseExpressions('gradient,gradcam'), {}).map(({ id, reduction }) => [id, reduction])
    ).toEqual([
      ['gradient', scoringReduction],
      ['gradcam', scoringReduction]
    ])
  })
})

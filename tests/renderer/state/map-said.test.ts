import { beforeEach, describe, expect, it } from 'vitest'
import { isCalled, mapNotes, shortMapNotes } from '@shared/map-notes'
import type { MapSummary } from '@shared/vocabulary'
import { wrappedWords } from '@shared/wrapped-words'
import { saidInFigure, saidOver, saidShortly } from '../../../src-renderer/state/map-said'
import { overlay } from '../../../src-renderer/state/overlay.svelte'
import { Reading } from '../../../src-renderer/state/viewer-reading.svelte'

const map = (change: Partial<MapSummary> = {}): MapSummary => ({
  ...{ mapId: 'map-1', caseId: 'case', modelId: 'model', expression: 'gradcam', title: 'Grad-CAM', params: {} },
  ...{ target: { index: 0, label: 'Opacity' }, state: 'done', done: 1, total: 1, flat: false, seconds: 1 },
  ...{ reduction: '', cells: [1, 1, 1], notes: {}, recipe: '', answer: { probability: 0.9, predicted: true } },
  ...change
})

beforeEach(() => (overlay.shown = true))

describe('what stands over a map', () => {
  it('is nothing for a map of what the model sees, or of which nothing is known', () => {
    for (const probability of [0.5, 0.93, null, undefined])
      expect(mapNotes({ label: 'Opacity', flat: false, probability })).toEqual([])
  })

  it('says that the model does not see the finding, and never rounds its probability up to a half', () => {
    const said = (probability: number): string => mapNotes({ label: 'Opacity', flat: false, probability })[0]
    expect(said(0.12)).toMatch(/does not see “Opacity” here \(0\.12, below 0\.50\)/)
    expect(said(0.4999)).toContain('(0.499, below 0.50)')
    expect(said(0.001)).toContain('(0.001, below 0.50)')
    expect(shortMapNotes({ flat: false, probability: 0.4999 })).toEqual(['not seen (0.499)'])
  })

  it('says of what the model calls all the same that it is its answer: by its card, or as the largest of many classes', () => {
    const softmax = { activation: 'softmax', threshold: 0.5 }
    const sigmoid = { activation: 'sigmoid', threshold: 0.3 }
    expect([isCalled(0.42, true, softmax), isCalled(0.42, false, softmax)]).toEqual([true, false])
    expect([isCalled(0.42, false, sigmoid), isCalled(0.29, true, sigmoid), isCalled(null, true, softmax)]).toEqual([
      ...[true, false, false]
    ])
    const said = { label: 'Opacity', probability: 0.42, called: true }
    expect(mapNotes({ ...said, flat: false })).toEqual([
      'The model gives “Opacity” 0.42, below 0.50; it is still the model’s answer.'
    ])
    expect(shortMapNotes({ ...said, flat: false })).toEqual(['its answer at 0.42'])
    expect(mapNotes({ ...said, probability: 0.6, flat: false })).toEqual([])
    const low = map({ answer: { probability: 0.42, predicted: true, called: true } })
    expect(saidOver(low, false)[0]).toContain('gives “Opacity” 0.42')
  })

  it('says both of a flat map of an unseen finding', () => {
    const low = map({ answer: { probability: 0.1, predicted: true } })
    expect(saidOver(low, true)).toHaveLength(2)
    expect(saidShortly(low, true)).toEqual(['the same everywhere', 'not seen (0.10)'])
  })

  it('tells a map that is not there from an empty one', () => {
    expect(saidOver(map({ state: 'computing' }), false)).toEqual([
      'Grad-CAM is not computed yet: there is no map to see.'
    ])
    expect(saidOver(map({ state: 'failed' }), false)).toEqual([
      'Grad-CAM could not be computed: there is no map to see.'
    ])
    expect(saidShortly(map({ state: 'computing' }), false)).toEqual(['not computed'])
    const refined = map({ state: 'computing', preliminary: { done: 3, total: 9, of: 'samples', kept: false } })
    expect(saidOver(refined, false)).toEqual(['preliminary, 3 of 9 samples'])
    expect(saidShortly(refined, false)).toEqual(['preliminary'])
  })

  it('does not call a map empty while the rest of it is still to come', () => {
    const begun = map({ state: 'computing', preliminary: { done: 3, total: 9, of: 'slices', kept: false } })
    expect(saidOver(begun, true)).toEqual(['preliminary, 3 of 9 slices'])
    expect(saidShortly(begun, true)).toEqual(['preliminary'])
    expect(saidOver(map(), true)).toHaveLength(1)
  })

  it('says in a saved picture that the map is hidden, or still read', () => {
    const reading = new Reading(() => map())
    expect(saidInFigure(reading)).toEqual(['Reading the map'])
    overlay.shown = false
    expect(saidInFigure(reading)).toEqual(['The map is hidden.'])
    expect(saidInFigure(reading, true)).toEqual(['map hidden'])
    expect(saidInFigure(new Reading(() => null))).toEqual([])
  })
})

describe('lines of a note', () => {
  it('break between words, and never within one', () => {
    expect(wrappedWords('one two three fourteen', 9, (text) => text.length)).toEqual(['one two', 'three', 'fourteen'])
    expect(wrappedWords('indivisible', 3, (text) => text.length)).toEqual(['indivisible'])
  })
})

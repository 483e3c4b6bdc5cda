import type { GenericSchema } from 'valibot'
import { describe, expect, it } from 'vitest'
import { ModelCard } from '@shared/model-card'
import { checkCard } from '../../../src-renderer/panels/card/card-check'
import { cardTitle, choiceTitle, hasCardWords } from '../../../src-renderer/panels/card/card-words'
import { readList, readNumber, valueAt, withValue, written } from '../../../src-renderer/panels/card/draft-values'
import { emptyOf, fieldAt, fieldOf, type FieldNode } from '../../../src-renderer/panels/card/schema-fields'

const root = fieldOf(ModelCard as unknown as GenericSchema)

const card = {
  version: 1,
  name: 'Mine',
  input: {
    name: 'input',
    layout: 'NCHW',
    size: [224, 224],
    channels: 1,
    values: { from: 'range', low: 0, high: 255 },
    mean: [0],
    std: [1],
    range: [0, 1]
  },
  outputs: [{ name: 'out', kind: 'logit', activation: 'sigmoid', labels: ['opacity'] }]
}

/** Every path of the form below a node. */
function paths(node: FieldNode, at: string): string[] {
  const below = (name: string, child: FieldNode): string[] => paths(child, at === '' ? name : `${at}.${name}`)

  if (node.kind === 'group') return [at, ...node.children.flatMap((child) => below(child.name, child.node))]
  if (node.kind === 'list') return [at, ...paths(node.item, `${at}.0`).slice(1)]
  if (node.kind === 'variant') {
    return [
      at,
      `${at}.${node.key}`,
      ...node.cases.flatMap((one) => one.children.flatMap((child) => below(child.name, child.node)))
    ]
  }

  return [at]
}

describe('the form of the model card', () => {
  const all = [...new Set(paths(root, ''))].filter((path) => path !== '')

  it('reaches every line of the schema', () => {
    expect(all).toEqual(
      expect.arrayContaining([
        'name',
        'mode.kind',
        'mode.selection',
        'input.values.low',
        'input.std',
        'outputs.0.labels',
        'targetLayers.0.tensor',
        'cascade.0.weights',
        'example.output'
      ])
    )
    expect(all.length).toBeGreaterThan(50)
  })

  it('has words for every line', () => {
    expect(all.filter((path) => !hasCardWords(path))).toEqual([])
  })

  it('knows what each line takes', () => {
    expect(fieldAt(root, 'input.values')).toMatchObject({ kind: 'variant', key: 'from' })
    expect(fieldAt(root, 'outputs.0.threshold')).toMatchObject({ kind: 'number', optional: true, integer: false })
    expect(fieldAt(root, 'input.channels')).toMatchObject({ kind: 'number', integer: true })
    expect(fieldAt(root, 'input.range')).toMatchObject({ kind: 'plain-list', item: 'number', length: 2 })
    expect(fieldAt(root, 'input.photometric')).toMatchObject({
      kind: 'choice',
      options: ['MONOCHROME1', 'MONOCHROME2', 'RGB']
    })
    expect(fieldAt(root, 'outputs.0.nothing')).toBeUndefined()
  })

  it('has words for the values of the choices a reader meets first', () => {
    for (const path of ['mode', 'channels', 'input.values']) {
      const node = fieldAt(root, path) as Extract<FieldNode, { kind: 'variant' }>
      for (const { value } of node.cases) expect(choiceTitle(`${path}.${node.key}`, value)).not.toBe(value)
    }
  })

  it('starts a new line with what it must have', () => {
    const outputs = fieldAt(root, 'outputs') as Extract<FieldNode, { kind: 'list' }>

    expect(emptyOf(outputs.item)).toEqual({ name: '', kind: 'logit', activation: 'sigmoid', labels: [] })
  })
})

describe('draft values', () => {
  it('changes one value and leaves the card it came from alone', () => {
    const changed = withValue(card, 'outputs.0.labels', ['nodule'])

    expect(valueAt(changed, 'outputs.0.labels')).toEqual(['nodule'])
    expect(card.outputs[0].labels).toEqual(['opacity'])
    expect(valueAt(changed, 'input.values.high')).toBe(255)
  })

  it('makes what is not there yet, and takes out what is emptied', () => {
    expect(valueAt(withValue(card, 'mode.kind', 'slice'), 'mode.kind')).toBe('slice')
    expect(withValue({ name: 'x', licence: 'MIT' }, 'licence', undefined)).toEqual({ name: 'x' })
  })

  it('reads what was typed, and keeps what is no number for the check to name', () => {
    expect(readNumber(' 0.5 ')).toBe(0.5)
    expect(readNumber('−1024')).toBe(-1024)
    expect(readNumber('half')).toBe('half')
    expect(readNumber('')).toBeUndefined()
    expect(readList('1, 2 ,x', 'number')).toEqual([1, 2, 'x'])
    expect(readList('a, b,', 'text')).toEqual(['a', 'b'])
    expect(written([0.5, 1])).toBe('0.5, 1')
    expect(written(null)).toBe('')
  })
})

describe('checking a card', () => {
  const sentences = (draft: unknown): string[] => checkCard(draft).issues.map((issue) => issue.sentence)

  it('accepts a card and fills in defaults', () => {
    expect(checkCard(card).issues).toEqual([])
    expect(checkCard(card).card?.outputs[0].threshold).toBe(0.5)
  })

  it('says what is wrong in the words of the form', () => {
    expect(sentences(withValue(card, 'outputs.0.threshold', 'half'))).toEqual([
      'Says yes from needs a number; found "half".'
    ])
    expect(sentences(withValue(card, 'input.channels', 1.5))).toContain('Channels needs a whole number; found 1.5.')
    expect(sentences(withValue(card, 'input.size', [224]))).toContain('Size in pixels needs more values.')
    expect(sentences(withValue(card, 'name', undefined))[0]).toMatch(/^Name /u)
  })

  it('notices what the schema cannot: one mean and deviation a channel, a range the right way round', () => {
    expect(sentences(withValue(card, 'input.mean', [0, 0, 0]))).toEqual(['Mean needs one value, one for each channel.'])
    expect(sentences(withValue(card, 'input.range', [1, 0]))).toEqual([
      'Range the model expects needs the lower value first.'
    ])
    expect(checkCard(withValue(card, 'input.range', [1, 0])).card).toBeNull()
  })

  it('names each line of its own form', () => {
    expect(cardTitle('outputs.3.labels')).toBe('Findings')
  })
})

import { describe, expect, it } from 'vitest'
import { namesOffered, typedName } from '../../../src-renderer/state/drawing-segments.svelte'

describe('names of segments', () => {
  it('carry a code of the own in brackets, and only a whole one', () => {
    expect(typedName('  Nodule 7 [99LAB N07] ')).toEqual({
      name: 'Nodule 7',
      code: { scheme: '99LAB', value: 'N07', meaning: 'Nodule 7' }
    })
    for (const plain of ['Nodule 7', 'Nodule [99LAB]', 'Nodule [a b c]', '[99LAB N07]', `N [${'S'.repeat(17)} 1]`]) {
      expect(typedName(plain)).toEqual({ name: plain, code: null })
    }
  })

  it('are offered with SNOMED CT, and with RadLex where its identifier is known', () => {
    expect(namesOffered('liver').map(({ code }) => `${code?.scheme} ${code?.value}`)).toEqual([
      'SCT 10200004',
      'RADLEX RID58'
    ])
    expect(namesOffered('rid1301').map(({ name }) => name)).toEqual(['Lung'])
    expect(namesOffered('pneumothorax').map(({ code }) => code?.scheme)).toEqual(['SCT'])
  })
})

import { expect, it } from 'vitest'
import type { ExportFormatSummary } from '@shared/exports'
import { saidOnce } from '../../../src-renderer/panels/export/refusal-reasons'

const format = (id: string, refused: readonly (readonly [string, string])[]): ExportFormatSummary => ({
  ...{ id, title: id, hint: '', group: 'research', writes: 3 - refused.length },
  refused: refused.map(([item, reason]) => ({ item, reason }))
})

it('what every format refuses for the same reason is said once, the rest with its format', () => {
  const { shared, formats } = saidOnce([
    format('npy', [['bare', 'no outline']]),
    format('rtstruct', [
      ['bare', 'no outline'],
      ['chest', 'a projection']
    ])
  ])
  expect(shared).toEqual([{ item: 'bare', reason: 'no outline' }])
  expect(formats.map(({ refused }) => refused.map(({ item }) => item))).toEqual([[], ['chest']])
  expect(formats.map(({ writes }) => writes)).toEqual([2, 1])
})

it('the same item refused for different reasons, and the only format there is, keep their own', () => {
  const apart = [format('npy', [['one', 'too large']]), format('png', [['one', 'not flat']])]
  expect(saidOnce(apart)).toEqual({ shared: [], formats: apart })
  expect(saidOnce([apart[0]])).toEqual({ shared: [], formats: [apart[0]] })
  expect(saidOnce([])).toEqual({ shared: [], formats: [] })
})

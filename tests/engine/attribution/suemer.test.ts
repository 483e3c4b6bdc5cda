import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { presetMaps } from '@engine/attribution/planned-map'

it('the preset has the 16 expressions docs/suemer.md lists, in its order', () => {
  const rows = readFileSync(resolve('docs/suemer.md'), 'utf8').matchAll(/^\| \d+ \| `([^`]+)` \|/gmu)
  const listed = [...rows].map(([, expression]) => expression)
  expect(listed).toHaveLength(16)
  expect(presetMaps('suemer').map(({ expression }) => expression.text)).toEqual(listed)
})

it('LRP-ε-z⁺ is the published one: ε 1e-6, from the logit', () => {
  const map = presetMaps('suemer').find(({ id }) => id === 'lrp-zplus')
  expect(map?.params).toMatchObject({ 'lrp-zplus.epsilon': 1e-6, 'lrp-zplus.start': 'logit' })
})

import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { describeMethods } from '@engine/attribution/describe-methods'
import { methodsPage } from '../../support/methods-page'

const page = fileURLToPath(new URL('../../../docs/methods.md', import.meta.url))

describe('docs/methods.md', () => {
  it('says what the registries say (run this test with -u to make it anew)', async () => {
    await expect(methodsPage(describeMethods())).toMatchFileSnapshot(page)
  })

  it('names every method, wrapper and parameter', () => {
    const made = methodsPage(describeMethods())
    for (const { id, params } of describeMethods()) {
      expect(made).toContain(`| \`${id}\` |`)
      for (const { name } of params) expect(made.split('## Parameters')[1]).toContain(`\`${name}\``)
    }
  })
})

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { operatorTable } from '../../support/operator-table'

const page = fileURLToPath(new URL('../../../docs/operators.md', import.meta.url))

test('docs/operators.md is what tools/operators/make.ts writes', async () => {
  expect(readFileSync(page, 'utf8')).toBe(await operatorTable())
})

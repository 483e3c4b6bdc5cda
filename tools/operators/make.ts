// Writes docs/operators.md: npx tsx --tsconfig tsconfig.engine.json tools/operators/make.ts
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { operatorTable } from '../../tests/support/operator-table'

writeFileSync(fileURLToPath(new URL('../../docs/operators.md', import.meta.url)), await operatorTable())

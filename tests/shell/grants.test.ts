import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { GrantTable } from '../../src-main/shell/grants'

const folder = mkdtempSync(join(tmpdir(), 'grants-'))
const file = join(folder, 'chest.dcm')
writeFileSync(file, '')
afterAll(() => rmSync(folder, { recursive: true }))

describe('GrantTable', () => {
  it('gives out a token that shows the name and hides the path', () => {
    const granted = new GrantTable().issue(file)

    expect(granted).toMatchObject({ name: 'chest.dcm', kind: 'file' })
    expect(JSON.stringify(granted)).not.toContain(folder)
    expect(granted.grant).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('tells folders from files', () => {
    expect(new GrantTable().issue(folder).kind).toBe('folder')
  })

  it('gives the same path the same token, and knows no token it did not give', () => {
    const table = new GrantTable()
    const first = table.issue(file)
    const foreign = { ...first, grant: 'made-up' }

    expect(table.issue(file)).toEqual(first)
    const known = { grant: first.grant, path: file, keepsRegions: false }
    expect(table.of([first, foreign])).toEqual([known])
    expect(table.all()).toEqual([known])
    // Chosen as regions it may be written from then on, and stays so when it is opened for reading again.
    table.issue(file, { keepsRegions: true })
    table.issue(file)
    expect(table.all()).toEqual([{ ...known, keepsRegions: true }])
  })
})

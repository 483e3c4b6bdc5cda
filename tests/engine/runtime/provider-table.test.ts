import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { providers } from '@engine/runtime/messages'
import { proofOf, providerTitles, systemOf, systems, systemTitles } from '@engine/runtime/provider-table'

/** The cells of the first table of a Markdown page, row by row, without the line of dashes. */
function tableOf(page: string): string[][] {
  const lines = page.split('\n')
  const from = lines.findIndex((line) => line.startsWith('|'))
  const length = lines.slice(from).findIndex((line) => !line.startsWith('|'))
  return lines
    .slice(from, from + length)
    .filter((line) => !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    )
}

describe('docs/platforms.md', () => {
  const [head, ...rows] = tableOf(readFileSync('docs/platforms.md', 'utf8'))

  it('has a column for every system and a row for every provider', () => {
    expect(head).toEqual(['provider', ...systems.map((system) => systemTitles[system])])
    expect(rows.map(([title]) => title)).toEqual(providers.map((provider) => providerTitles[provider]))
  })

  it.each(providers.map((provider, index) => [provider, index] as const))(
    'says of %s what the app says',
    (provider, index) => {
      expect(rows[index].slice(1)).toEqual(systems.map((system) => proofOf(provider, system) ?? '—'))
    }
  )
})

describe('systems', () => {
  it('are known by Node’s names', () => {
    expect(systemOf('linux', 'x64')).toBe('linux-x64')
    expect(systemOf('freebsd', 'x64')).toBeNull()
    expect(proofOf('cpu', null)).toBeNull()
  })
})

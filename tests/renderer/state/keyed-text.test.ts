import { afterEach, describe, expect, it } from 'vitest'
import { keyed } from '../../../src-renderer/state/keyed-text'
import { keyTable } from '../../../src-renderer/state/key-table'
import { ownKeys } from '../../../src-renderer/state/own-keys.svelte'

/** The catalogues as they are written. */
const catalogues = Object.entries(
  import.meta.glob<string>('../../../src-renderer/state/catalogue*.ts', {
    query: '?raw',
    import: 'default',
    eager: true
  })
)

afterEach(() => ownKeys.resetAll())

describe('texts that name a key', () => {
  it('name the key as it is now, and the command where it has none', () => {
    expect(keyed('press {open-files}, or {undo}.')).toBe('press Ctrl+O, or Ctrl+Z.')
    ownKeys.assign('open-files', ['Ctrl+Alt+U'])
    expect(keyed('press {open-files}')).toBe('press Ctrl+Alt+U')
    ownKeys.assign('open-files', [])
    expect(keyed('press {open-files}')).toBe('press “Open files…”')
    expect(catalogues.length).toBeGreaterThan(15)
    expect(keyed('{case}/maps')).toBe('{case}/maps')
  })

  it.each(catalogues)('%s writes no key down that can be changed, and names commands that exist', (_name, text) => {
    // Enter, Escape, Tab and arrows act in every program and cannot be changed.
    expect(text.match(/\bCtrl\+[A-Z0-9/.]|\bAlt\+|[Pp]ress [A-Z]\b|\bwith [A-Z]\./gu) ?? []).toEqual([])
    const named = [...text.matchAll(/[^$]\{([a-z]+(?:-[a-z]+)*)\}/gu)].map(([, id]) => id)
    expect(named.filter((id) => !Object.hasOwn(keyTable, id))).toEqual([])
  })
})

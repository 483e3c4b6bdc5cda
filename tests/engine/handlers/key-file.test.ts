import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readKeys, saveKeys } from '@engine/handlers/key-file'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'keys-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('keys come back from their file as they went, and no file is written over', () => {
  const keys = { 'tool-brush': ['B'], layout: ['V 1', 'V 2'], 'open-dicomdir': [] }
  expect(saveKeys(folder, keys)).toBe('saliscope-keys.json')
  expect(saveKeys(folder, {})).toBe('saliscope-keys-2.json')
  expect(readdirSync(folder).sort()).toEqual(['saliscope-keys-2.json', 'saliscope-keys.json'])
  expect(readKeys(join(folder, 'saliscope-keys.json'))).toEqual(keys)
  // As another program reads it.
  expect(JSON.parse(readFileSync(join(folder, 'saliscope-keys.json'), 'utf8'))).toEqual({
    ...{ saliscope: 'keys', version: 1, keys }
  })
})

test.each([
  ['text', '{', /not valid JSON/],
  ['a list', '[]', /no file of keys/],
  ['another file', '{"saliscope": "regions", "version": 1, "keys": {}}', /no file of keys: saliscope is wrong/],
  ['keys that are no words', '{"saliscope": "keys", "version": 1, "keys": {"layout": [3]}}', /keys\.layout\.0 is wrong/]
])('%s is refused in a sentence', (_, content, message) => {
  const path = join(folder, 'mine.json')
  writeFileSync(path, content)
  expect(() => readKeys(path)).toThrow(
    expect.objectContaining({ code: 'bad-file', message: expect.stringMatching(message) })
  )
})

test('a file that is not there, and one of a size that keys never have', () => {
  const path = join(folder, 'mine.json')
  expect(() => readKeys(path)).toThrow(expect.objectContaining({ code: 'not-found' }))
  writeFileSync(path, '')
  truncateSync(path, 2_000_000)
  expect(() => readKeys(path)).toThrow(expect.objectContaining({ code: 'too-large' }))
})

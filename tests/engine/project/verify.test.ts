import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { quietJob } from '@engine/job'
import { claimLease } from '@engine/project/lease'
import { verifyWorkspace } from '@engine/project/verify-workspace'
import { openWorkspace, workspaceFile } from '@engine/project/workspace'
import { randomStream } from '@engine/tensor/random'
import { actionOf } from '../../support/drawing-actions'
import { commandLine } from '../../support/in-process'
import { openJournal } from '../../support/journal-in-folder'

const actions = 500
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A workspace with one drawing of so many actions (and a checkpoint). */
function draw(): void {
  const workspace = openWorkspace({ folder, tell: () => undefined })
  const { journal, claim } = openJournal(workspace, 'Reader 2')
  claimLease(workspace.database, claim)
  workspace.database.transaction(() => {
    for (let step = 1; step <= actions; step++) {
      const action = actionOf(step, { cursor: journal.cursor, length: journal.history.length })
      if (action.kind === 'commit') journal.commit(action.entry)
      else journal.go(journal.cursor + (action.kind === 'undo' ? -1 : 1))
    }
  })
  workspace.database.all('PRAGMA wal_checkpoint(TRUNCATE)')
  workspace.close()
}

/** Changes the file behind the program's back; the guards of the trail are taken away and put back for it. */
function tamper(...statements: string[]): void {
  const database = new Libsql(join(folder, workspaceFile))
  const guards = database.prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`).all() as {
    name: string
    sql: string
  }[]
  for (const { name } of guards) database.exec(`DROP TRIGGER ${name}`)
  for (const statement of statements) database.exec(statement)
  for (const { sql } of guards) database.exec(sql)
  database.close()
}

const verify = async (): Promise<string[]> => (await verifyWorkspace(folder, quietJob())).problems

test('a workspace as it was written is whole, also while it is in use', async () => {
  draw()
  const inUse = openWorkspace({ folder, tell: () => undefined })
  const found = await verifyWorkspace(folder, quietJob())
  expect(found).toMatchObject({ kind: 'workspace', whole: true, problems: [] })
  expect(found.checked).toMatch(/^501 audit entries, 1 drawings, \d+ blobs\.$/)
  inUse.close()
})

test('the database itself refuses to change or to forget an audit entry', () => {
  draw()
  const database = new Libsql(join(folder, workspaceFile))
  expect(() => database.exec(`UPDATE audit SET who = 'x' WHERE number = 5`)).toThrow('append-only')
  expect(() => database.exec('DELETE FROM audit WHERE number = 5')).toThrow('append-only')
  database.close()
})

describe('names what was changed', () => {
  beforeEach(draw)

  test.each<[string, string[], RegExp]>([
    [
      'an audit entry',
      [`UPDATE audit SET who = 'somebody' WHERE number = 112`],
      /^Audit trail broken at entry 112 \(Reader 2, \d+ \w{3} \d\d:\d\d\): the entry was changed after it was written\. Entries before it are intact\.$/
    ],
    ['an entry taken out', ['DELETE FROM audit WHERE number = 40'], /entry 41 .* an entry before it is missing/],
    [
      'the end cut off',
      ['DELETE FROM audit WHERE number > 200'],
      /broken after entry 200: entries after it were taken away/
    ],
    [
      'a stroke',
      [`UPDATE entry SET payload = (SELECT payload FROM entry WHERE number = 9) WHERE number = 8`],
      /its entry 8 was changed/
    ],
    ['the name of a stroke', [`UPDATE entry SET name = 'Erase' WHERE number = 8`], /its entry 8 was changed/],
    [
      'when a stroke was drawn',
      [`UPDATE entry SET saved = '2020-01-01T00:00:00.000Z' WHERE number = 8`],
      /its entry 8 was changed/
    ],
    [
      'a stroke taken away',
      ['DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)'],
      /the audit trail tells of/
    ],
    ['what is shown', ['UPDATE drawing SET cursor = cursor - 1'], /the place in its history was changed/],
    [
      'whose drawing it is',
      [`INSERT INTO profile VALUES ('x', 'X', 'reader', NULL, '')`, `UPDATE drawing SET reader = 'x'`],
      /whose it is, or of which image, was changed/
    ],
    [
      'a whole drawing',
      ['DELETE FROM entry', 'DELETE FROM checkpoint', 'DELETE FROM drawing'],
      /^Drawing [0-9a-f]{8} was taken away\.$/
    ]
  ])('%s', async (_title, statements, expected) => {
    tamper(...statements)
    const problems = await verify()
    expect(
      problems.some((problem) => expected.test(problem)),
      problems.join('\n')
    ).toBe(true)
  })

  test('a checkpoint that is not what was drawn', async () => {
    const content = Buffer.from('another outline')
    const hash = createHash('sha256').update(content).digest('hex')
    mkdirSync(join(folder, 'blobs', hash.slice(0, 2)), { recursive: true })
    writeFileSync(join(folder, 'blobs', hash.slice(0, 2), hash), content)
    tamper(`UPDATE checkpoint SET blob = '${hash}' WHERE number = (SELECT max(number) FROM checkpoint)`)
    expect(await verify()).toEqual([expect.stringMatching(/its outline kept at entry 200 is not what was drawn\.$/)])
  })

  test('the guards', async () => {
    const database = new Libsql(join(folder, workspaceFile))
    database.exec('DROP TRIGGER audit_keeps_rows')
    database.close()
    expect(await verify()).toEqual(['The guards that keep the audit trail from being changed were taken away.'])
  })

  test('any field of any audit entry, 100 seeded changes of one character', async () => {
    const random = randomStream(812, 'tamper')
    const columns = ['at', 'who', 'name', 'what', 'subject', 'payload', 'detail', 'previous', 'hash']
    const database = new Libsql(join(folder, workspaceFile))
    for (const guard of ['audit_keeps_rows', 'audit_keeps_words']) database.exec(`DROP TRIGGER ${guard}`)
    for (let trial = 0; trial < 100; trial++) {
      const [number, column] = [1 + random.integer(actions), columns[random.integer(columns.length)]]
      const found = database.prepare(`SELECT ${column} AS word FROM audit WHERE number = ?`).all(number)
      const { word } = (found as { word: string }[])[0]
      const at = random.integer(word.length + 1)
      const write = database.prepare(`UPDATE audit SET ${column} = ? WHERE number = ?`)
      write.run(`${word.slice(0, at)}~${word.slice(at + 1)}`, number)
      expect((await verify())[0], `${column} of ${number}`).toMatch(
        new RegExp(`^Audit trail broken at entry (${number}|${number + 1}) `)
      )
      write.run(word, number)
    }
    expect(await verify()).toHaveLength(1)
    database.close()
  })
})

describe('on the command line', () => {
  test('a whole workspace ends with 0, a changed one with 3 and its first broken entry', async () => {
    draw()
    const whole = await commandLine(['verify', folder])
    expect([whole.status, whole.stdout]).toEqual([0, expect.stringContaining('whole. 501 audit entries')])
    tamper(`UPDATE audit SET detail = '{}' WHERE number = 7`)
    const broken = await commandLine(['verify', folder, '--json'])
    expect(broken.status).toBe(3)
    expect(JSON.parse(broken.stdout)).toMatchObject({ kind: 'workspace', whole: false })
    expect(broken.stdout).toContain('Audit trail broken at entry 7 (Reader 2, ')
  })

  test('files of results: changed, missing, unknown', async () => {
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
    const place = join(folder, 'case', 'model')
    mkdirSync(place, { recursive: true })
    const files = ['a', 'b', 'c'].map((name) => ({ file: `${name}.npy`, sha256: sha256(name) }))
    for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(place, `${name}.npy`), name)
    writeFileSync(join(place, 'recipe.json'), JSON.stringify({ version: 1, maps: [{ id: 'gradient', files }] }))
    const whole = await commandLine(['verify', folder])
    expect([whole.status, whole.stdout]).toEqual([0, expect.stringContaining('whole. 3 files of 1 recipes.')])
    expect(whole.stderr).toContain('d.npy is in no recipe')
    writeFileSync(join(place, 'a.npy'), 'A')
    rmSync(join(place, 'b.npy'))
    const { status, stdout } = await commandLine(['verify', folder, '--json'])
    expect(status).toBe(3)
    expect((JSON.parse(stdout) as { problems: string[] }).problems).toEqual([
      'case/model/a.npy was changed after it was written.',
      'case/model/b.npy is missing.'
    ])
  })

  test('a recipe that points out of its folder is none', async () => {
    const files = [{ file: '../../etc/passwd', sha256: '' }]
    writeFileSync(join(folder, 'recipe.json'), JSON.stringify({ maps: [{ files }] }))
    const { status, stdout } = await commandLine(['verify', folder])
    expect([status, stdout]).toEqual([3, expect.stringContaining('recipe.json cannot be read as a recipe.')])
  })

  test('what says nothing of itself, what is not there, nothing named', async () => {
    expect((await commandLine(['verify', folder])).status).toBe(4)
    expect((await commandLine(['verify', join(folder, 'none')])).status).toBe(3)
    expect((await commandLine(['verify'])).status).toBe(2)
  })
})

import Libsql from 'libsql'
import { Fault } from '@engine/fault'
import { storageFault } from './storage-fault'

/** Bytes come back from libsql as an ArrayBuffer. */
export type Value = null | number | string | Uint8Array | ArrayBuffer
export type Row = Readonly<Record<string, Value>>

/** How long a write waits for another process's write: nothing else happens meanwhile. Later it is held and tried again. */
const patienceMs = 1_000

/** One connection to an SQLite file; every fault of the storage becomes a Fault (see `storageFault`). */
export class Database {
  private readonly connection: Libsql.Database
  private readonly statements = new Map<string, Libsql.Statement>()
  private depth = 0

  /** `:memory:` keeps nothing. Throws Fault `not-writable`, `disk-full`, `bad-workspace`. */
  constructor(path: string) {
    this.connection = guarded(() => new Libsql(path, { timeout: patienceMs }))
  }

  exec(sql: string): void {
    guarded(() => this.connection.exec(sql))
  }

  /** Returns how many rows changed. */
  run(sql: string, ...values: readonly Value[]): number {
    return guarded(() => this.prepared(sql).run(...values).changes)
  }

  all(sql: string, ...values: readonly Value[]): Row[] {
    return guarded(() => this.prepared(sql).all(...values) as Row[])
  }

  /** The first row. `all` and not `get`: a statement that is not read to its end keeps its lock. */
  one(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.all(sql, ...values)[0]
  }

  /** Everything or nothing, written to the disk when it returns; a transaction inside another is a part of it. */
  transaction<T>(work: () => T): T {
    if (this.depth > 0) return work()
    this.exec('BEGIN IMMEDIATE')
    this.depth += 1
    try {
      const result = work()
      this.exec('COMMIT')
      return result
    } catch (thrown) {
      // SQLite has rolled back by itself after some faults, such as a full disk.
      if (this.connection.inTransaction) this.connection.exec('ROLLBACK')
      throw thrown
    } finally {
      this.depth -= 1
    }
  }

  close(): void {
    this.statements.clear()
    this.connection.close()
  }

  private prepared(sql: string): Libsql.Statement {
    const known = this.statements.get(sql)
    if (known !== undefined) return known
    const statement = this.connection.prepare(sql)
    this.statements.set(sql, statement)
    return statement
  }
}

/** A text column. Throws Fault `bad-workspace` where it holds something else. */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw oddColumn(column)
}

/** A text column that may be empty. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column)
}

/** A number column. */
export function number(row: Row, column: string): number {
  const value = row[column]
  if (typeof value === 'number') return value
  throw oddColumn(column)
}

/** A column of bytes. */
export function bytes(row: Row, column: string): Uint8Array {
  const value = row[column]
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (value instanceof Uint8Array) return value
  throw oddColumn(column)
}

function oddColumn(column: string): Fault {
  return new Fault('bad-workspace', `The workspace holds something unexpected in "${column}".`, {
    hint: 'Run "saliscope verify" on its folder, and restore a backup where it finds damage.'
  })
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw thrown instanceof Fault ? thrown : storageFault(thrown)
  }
}

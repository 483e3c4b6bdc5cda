import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Database, Row } from './database'
import { number, text } from './database'

/** Who holds a lease: one process on one machine. */
export interface Holder {
  /** Drawn anew by every process. */
  readonly owner: string
  readonly host: string
  readonly process: number
  /** When the process began, as the system counts it: process numbers are given out again. Empty where it cannot be asked. */
  readonly started: string
}

/** On the same machine a holder without a starting time is dead after this silence; otherwise the system tells at once. */
const silenceOnHostMs = 60_000
/** Clocks of two machines of one network differ by five minutes at most (Kerberos refuses more): twice that is safe. */
const silenceElsewhereMs = 600_000

/** This process. */
export function thisProcess(): Holder {
  return { owner: randomUUID(), host: thisHost(), process: process.pid, started: startOf(process.pid) ?? '' }
}

/** Whether the holder of a lease row still lives. */
export function isAlive(row: Row, here: Holder, now: number): boolean {
  const silent = now - Date.parse(text(row, 'renewed'))
  if (text(row, 'host') !== here.host) return silent < silenceElsewhereMs
  const pid = number(row, 'process')
  if (!processExists(pid)) return false
  const started = text(row, 'started')
  return started === '' ? silent < silenceOnHostMs : startOf(pid) === started
}

/** Says of every lease of this process that it is alive. */
export function renew(database: Database, { owner }: Holder, now: string): void {
  database.run('UPDATE lease SET renewed = ? WHERE owner = ? OR owner LIKE ?', now, owner, `${owner}/%`)
}

function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    // Somebody else's process: it is there.
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Two containers may share a name: the boot and the process namespace tell them apart. */
function thisHost(): string {
  return [
    hostname(),
    read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    read(() => readlinkSync('/proc/self/ns/pid'))
  ].join(' ')
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets. */
function startOf(pid: number): string | null {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return stat === '' ? null : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null)
}

function read(from: () => string): string {
  try {
    return from()
  } catch {
    return ''
  }
}

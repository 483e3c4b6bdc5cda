import { Fault, asFault } from '@engine/fault'

/** What goes away by itself or by the user's doing: the write is worth trying again. */
const passing: ReadonlySet<string> = new Set(['disk-full', 'not-writable', 'locked'])

/** True when the same write may succeed later. */
export function mayPass(fault: Fault): boolean {
  return passing.has(fault.code)
}

const full = (cause: unknown): Fault =>
  new Fault('disk-full', 'The disk of the workspace is full.', {
    hint: 'Free some space; saving goes on by itself.',
    cause
  })

const readOnly = (cause: unknown): Fault =>
  new Fault('not-writable', 'The folder of the workspace cannot be written to.', {
    hint: 'Allow writing to it, or plug its drive in again; saving goes on by itself.',
    cause
  })

const damaged = (cause: unknown): Fault =>
  new Fault('bad-workspace', 'The workspace file is damaged.', {
    hint: 'Restore a backup, or choose another folder for the workspace.',
    cause
  })

/** SQLite result code or error number of the system → fault. */
const faults: readonly (readonly [RegExp, (cause: unknown) => Fault])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, full],
  [/^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_IOERR|EROFS|EACCES|EPERM|EIO|ENOENT|ENOTDIR)/, readOnly],
  [
    /^(SQLITE_BUSY|SQLITE_LOCKED)/,
    (cause) =>
      new Fault('locked', 'Another program is writing to the workspace.', {
        hint: 'Close the other one; saving goes on by itself.',
        cause
      })
  ],
  [/^(SQLITE_CORRUPT|SQLITE_NOTADB)/, damaged]
]

/** What SQLite or the file system threw, as a fault: `disk-full`, `not-writable`, `locked`, `bad-workspace` or `internal`. */
export function storageFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : ''
  const known = faults.find(([pattern]) => pattern.test(code))
  if (known !== undefined) return known[1](thrown)
  // libsql tells a failed opening by the result code at the end of its text: 14 is SQLITE_CANTOPEN.
  return /Unable to open connection/.test(String(thrown)) ? readOnly(thrown) : asFault(thrown)
}

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** A file system of its own in memory, of a few megabytes; only the superuser of Linux may make one. */
export interface SmallDrive {
  readonly folder: string
  /** Makes it read-only, or writable again. */
  readOnly(yes: boolean): void
  remove(): void
}

/** null where this machine does not allow it: then other means stand in. */
export function smallDrive(folder: string, megabytes: number): SmallDrive | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  mkdirSync(folder, { recursive: true })
  const run = (...command: string[]): boolean => spawnSync(command[0], command.slice(1)).status === 0
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)) return null
  return {
    folder,
    readOnly: (yes) => void run('mount', '-o', `remount,${yes ? 'ro' : 'rw'}`, folder),
    remove: () => void run('umount', '-l', folder)
  }
}

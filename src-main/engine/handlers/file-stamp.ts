import { statSync } from 'node:fs'

/** A file as the disk knows it: written anew it is another one, even where its size and stated time are kept. */
export function stamp(path: string): string {
  // One label or volume of a file is named behind it.
  const file = path.replace(/\[\d{1,9}\]$|#[^/\\]+$/, '')
  const stat = statSync(path, { throwIfNoEntry: false }) ?? statSync(file, { throwIfNoEntry: false })
  return stat === undefined ? path : `${path} ${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`
}

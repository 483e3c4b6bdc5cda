import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import * as v from 'valibot'

const Kept = v.object({ folder: v.pipe(v.string(), v.check(isAbsolute)) })

/** Which workspace the program opens: the one beside its settings, or the one the user chose. */
export class WorkspacePlace {
  readonly #file: string
  readonly #own: string

  constructor(userFolder: string) {
    this.#file = join(userFolder, 'workspace-place.json')
    this.#own = join(userFolder, 'workspace')
  }

  /** Read anew each time. What was kept and cannot be read is as if nothing was. */
  get folder(): string {
    try {
      return v.parse(Kept, JSON.parse(readFileSync(this.#file, 'utf8'))).folder
    } catch {
      return this.#own
    }
  }

  keep(folder: string): void {
    writeFileSync(`${this.#file}.part`, JSON.stringify({ folder }))
    renameSync(`${this.#file}.part`, this.#file)
  }
}

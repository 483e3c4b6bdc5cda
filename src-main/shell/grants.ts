import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Granted } from '@shared/shell-calls'

/** A token and the path it stands for, as main tells the engine. */
export interface Grant {
  readonly grant: string
  readonly path: string
  /** Chosen as regions, or as the folder for them: what an expert marks may be written there. */
  readonly keepsRegions: boolean
}

/**
 * What the user chose, by token. The page holds tokens and names, the engine alone is told the paths; so a page that was
 * taken over cannot name a file the user did not choose.
 */
export class GrantTable {
  readonly #paths = new Map<string, string>()
  readonly #tokens = new Map<string, string>()
  readonly #keepingRegions = new Set<string>()

  /** One token per path; the same path gets the same token again. */
  issue(path: string, { keepsRegions = false }: { keepsRegions?: boolean } = {}): Granted {
    const grant = this.#tokens.get(path) ?? randomUUID()
    this.#tokens.set(path, grant)
    this.#paths.set(grant, path)
    if (keepsRegions) this.#keepingRegions.add(grant)

    return { grant, name: basename(path), kind: isFolder(path) ? 'folder' : 'file' }
  }

  /** All grants of this run, for an engine that was started anew. */
  all(): Grant[] {
    return [...this.#paths].map(([grant, path]) => ({ grant, path, keepsRegions: this.#keepingRegions.has(grant) }))
  }

  /** The grants behind tokens that this table gave out. */
  of(granted: readonly Granted[]): Grant[] {
    return granted.flatMap(({ grant }) => {
      const path = this.#paths.get(grant)

      return path === undefined ? [] : [{ grant, path, keepsRegions: this.#keepingRegions.has(grant) }]
    })
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

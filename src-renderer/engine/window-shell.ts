import type { ShellApi } from '@shared/shell-calls'

declare global {
  interface Window {
    /** Given by the preload script; absent where the page runs without a window of ours (tests). */
    readonly saliscope?: ShellApi
  }
}

/** The window around the page, or null where there is none. */
export const windowShell = (): ShellApi | null => window.saliscope ?? null

import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import { keyWords } from './catalogue-keys'
import { importedBindings } from './key-import'
import { ownKeys } from './own-keys.svelte'
import { shell } from './shell.svelte'

/** The keys of the current profile as a file: carried to another profile, or to another computer. */
class KeyFile {
  /** What came of it, in a sentence. */
  said = $state<string | null>(null)

  async save(): Promise<void> {
    const folder = await windowShell()?.chooseFolder({ purpose: 'keys' })
    if (!folder) return
    await this.#told(async () => {
      const keys = Object.fromEntries(ownKeys.commands.map(([id, { chords }]) => [id, [...chords]]))
      const { file } = await call('keys.save', { grant: folder.grant, keys })

      return keyWords.saved(file)
    })
  }

  async open(): Promise<void> {
    const chosen = await windowShell()?.openKeys()
    if (!chosen) return
    await this.#told(async () => {
      const { keys } = await call('keys.open', { grant: chosen.grant })
      const imported = importedBindings(keys)
      if (typeof imported === 'string') return imported
      ownKeys.replaceAll(imported.bindings)

      return keyWords.opened(ownKeys.changes, imported.unknown.length, ownKeys.cap('undo'))
    })
  }

  async #told(work: () => Promise<string>): Promise<void> {
    this.said = null
    try {
      this.said = await work()
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }
}

export const keyFile = new KeyFile()

import type { InstallationReport } from '@shared/installation'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import { installationWords } from './catalogue-installation'
import { shell } from './shell.svelte'

/** The last check of this installation, and the one that runs. */
class Installation {
  report = $state.raw<InstallationReport | null>(null)
  /** What is checked now, with its share; null while nothing runs. */
  progress = $state.raw<{ stage: string; share: number } | null>(null)
  /** A sentence about the last thing done. */
  said = $state('')
  #stop: AbortController | null = null

  async run(): Promise<void> {
    if (this.#stop !== null) return

    const stop = new AbortController()
    this.#stop = stop
    this.said = ''
    this.report = null
    this.progress = { stage: installationWords.running, share: 0 }
    try {
      this.report = await call(
        'app.check',
        {},
        {
          signal: stop.signal,
          onProgress: ({ stage, done, total }) => (this.progress = { stage, share: total > 0 ? done / total : 0 })
        }
      )
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      this.said = fault.code === 'cancelled' ? installationWords.stopped : fault.message
    } finally {
      this.#stop = null
      this.progress = null
    }
  }

  stop(): void {
    this.#stop?.abort()
  }

  async save(): Promise<void> {
    const folder = await windowShell()?.chooseFolder({ purpose: 'report' })
    if (!folder) return
    try {
      const { files } = await call('app.check-save', { grant: folder.grant })
      this.said = installationWords.saved(files)
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }
}

export const installation = new Installation()

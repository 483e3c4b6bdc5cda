import type { RecentItem } from '@shared/vocabulary'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { shell } from './shell.svelte'

/** Files, models and experiments opened before, newest first. */
class Recent {
  items = $state.raw<readonly RecentItem[]>([])

  async load(): Promise<void> {
    try {
      this.items = await call('recent.list', {})
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }
}

export const recent = new Recent()

import type { FaultReport } from '@shared/fault'
import type { ChosenModel } from '@shared/region-view'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'

/** Channels that are all ticked when a model is opened. */
const mostTicked = 8

/** All but the background. */
const drawn = (channels: readonly string[]): string[] => channels.filter((label) => !/^background$/iu.test(label))

interface Placing extends ChosenModel {
  readonly name: string
  /** Channels of which one or more are chosen; empty where there is no choice. */
  readonly channels: readonly string[]
}

/** The segmentation model by which regions are placed. */
class PlacingModel {
  current = $state.raw<Placing | null>(null)
  /** Why the file that was chosen last cannot place regions. */
  fault = $state.raw<FaultReport | null>(null)

  /** What is asked of the engine. */
  get chosen(): ChosenModel | null {
    return this.current === null ? null : { grant: this.current.grant, labels: [...this.current.labels] }
  }

  /** So many channels that not all of them were ticked when it was opened. */
  get many(): boolean {
    return drawn(this.current?.channels ?? []).length > mostTicked
  }

  /** Asks for a file; true when it can place regions. */
  async choose(): Promise<boolean> {
    const granted = await windowShell()?.openModel()
    if (!granted) return false
    this.fault = null
    try {
      const { labels: channels } = await call('regions.model', { grant: granted.grant })
      const things = drawn(channels)
      // All organs of a whole body are the body: of so many the reader chooses.
      const labels = things.length > mostTicked ? things.slice(0, 1) : things
      this.current = { grant: granted.grant, name: granted.name, channels, labels }
      return true
    } catch (thrown) {
      this.fault = toFaultReport(thrown)
      return false
    }
  }

  flip(label: string): void {
    const { current } = this
    if (current === null) return
    const labels = current.channels.filter((one) => (one === label) !== current.labels.includes(one))
    // Without any channel there is nothing to lay the regions on.
    if (labels.length > 0) this.current = { ...current, labels }
  }
}

export const placingModel = new PlacingModel()

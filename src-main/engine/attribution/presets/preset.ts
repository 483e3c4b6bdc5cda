import type { Citation } from '@engine/attribution/citations'
import type { GivenParams } from '@engine/attribution/parameters'
import type { Reduction } from '@engine/attribution/reduction'

/** One map of a preset. */
export interface PresetMap {
  /** Name of the map in files and tables; the expression when not given. Needed where one expression comes twice. */
  readonly id?: string
  readonly expr: string
  /** What differs from the defaults, by full name (`sg.samples`). */
  readonly params?: GivenParams
  /** How the published work made one channel of it; the scoring reduction when not given. */
  readonly reduction?: Reduction
}

/** The maps of a published study with its settings: a plain object in its own file, plus one line in `presets/index.ts`. */
export interface Preset {
  readonly id: string
  readonly title: string
  readonly citation: Citation
  readonly maps: readonly PresetMap[]
  /** Where this departs from our defaults, and where we depart from the study, in whole sentences. */
  readonly departs: string
}

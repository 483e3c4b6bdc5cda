import type { Job } from '@engine/job'
import type { Box } from '@shared/experiment'
import type { MapToWrite } from '../exports/map-to-write'

/** What a tree of another system needs to know of the image a map belongs to. */
export interface TreeCase {
  /** Path inside the dataset with `/`, as the other system names its samples. */
  readonly name: string
  readonly split: string
  /** Index of the label as the other system counts (0: nothing found); null when nobody said. */
  readonly label: number | null
  readonly participant: string
  readonly session: string
  /** Boxes of the reference standard in pixels of the image. */
  readonly boxes: readonly Box[]
  /** Reference masks joined, on the image's grid; null without. */
  readonly mask: Uint8Array | null
}

/** A tree of maps in the layout of another system, written map by map. Paths it returns are relative to the tree's folder. */
export interface MapTree {
  /** Why maps of this case are not made, as a sentence; null when they are. */
  skips(item: TreeCase): string | null
  /** Notes a case none of whose maps were made. */
  skipped(item: TreeCase): void
  add(map: MapToWrite, item: TreeCase, job: Job): Promise<string[]>
  /** Writes what only all maps together give. */
  finish(): Promise<string[]>
}

/** How a tree was asked for; names are those of the options. */
export interface TreeRun {
  readonly folder: string
  readonly version: string
  readonly commandLine: string
  /** Every option as it was taken, for the files that record them. */
  readonly options: Readonly<Record<string, unknown>>
  /** One map a case is laid in the folder itself; of several methods each gets a folder. */
  readonly severalMethods: boolean
}

import type { Report } from '@shared/report'
import type { Markup } from './markup'

/** One part of the report file: a plain object in its own file, plus one line in `sections/index.ts`. */
export interface Section {
  readonly id: string
  /** Name in the list of contents; null for a part without a line there. */
  readonly title: string | null
  /** Lines below it in the list of contents. */
  parts?(report: Report): readonly { id: string; title: string }[]
  /** null when the report holds nothing for it. */
  write(report: Report): Markup | null
}

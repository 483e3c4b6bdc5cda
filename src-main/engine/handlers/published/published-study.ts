import type { Departure } from '@shared/report-preset'

/** Which figure of a run stands beside a published one. */
export type AnchorFigure =
  /** The mean of the row of a criterion and metric for the anchor's map. */
  | { readonly kind: 'row'; readonly criterion: string; readonly metric: string }
  /** A reference of that row, by id. */
  | { readonly kind: 'reference'; readonly criterion: string; readonly metric: string; readonly reference: string }
  /** The p value of the n-th region row of the anchor's map, from 1. */
  | { readonly kind: 'region-p'; readonly region: number }
  /** A figure of the classifier itself. */
  | { readonly kind: 'performance'; readonly figure: 'accuracy' | 'auc' }
  /** How many maps get the verdict "fail"; the maps that were judged are counted as n. */
  | { readonly kind: 'failing'; readonly criterion: string; readonly metric: string }
  /** The map with the highest mean: its name is the answer. */
  | { readonly kind: 'best'; readonly criterion: string; readonly metric: string }

/** Where a value of this run that stands in a departure is taken from, so that it is the one that was used. */
export type RunSetting =
  /** A parameter of the maps that have it, by full name. */
  | { readonly kind: 'maps'; readonly param: string }
  | { readonly kind: 'criterion'; readonly id: string; readonly param: string }
  /** How many images, and of which split, expected gradients start from. */
  | { readonly kind: 'background' }

/** A departure whose `here` may hold `{}`: the value of the setting in this run. */
export interface StudyDeparture extends Departure {
  readonly setting?: RunSetting
}

/** A published number and where it stands. */
export interface PublishedFigure {
  readonly what: string
  readonly set: string
  /** Id of a map of the preset; empty when the figure is about no map. */
  readonly method: string
  readonly published: string
  readonly source: string
  readonly figure: AnchorFigure
}

/** How a published study assessed its maps: a plain object in its own file, plus one line in `published/index.ts`. The maps are those of the attribution preset of the same id. */
export interface PublishedStudy {
  readonly id: 'qtim' | 'mednet' | 'marchadour' | 'clinicadl' | 'suemer'
  /** What the study did, in whole sentences. */
  readonly summary: string
  /** Which output its maps explain. */
  readonly target: string
  readonly criteria: readonly {
    readonly id: string
    readonly params: Readonly<Record<string, string | number | boolean>>
  }[]
  /** Regions where the experiment names none. */
  readonly regions?: { readonly rows: number; readonly columns: number }
  /** Background set where the experiment names none: other cases of the experiment. */
  readonly background?: number
  readonly departures: readonly StudyDeparture[]
  readonly figures: readonly PublishedFigure[]
}

export const notPublished = 'not published'

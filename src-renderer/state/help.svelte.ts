import type { MethodSummary } from '@shared/vocabulary'
import { areas, type Area } from '@shared/verdict'
import { areaQuestion } from '@shared/verdict-words'
import { comparisonHelp } from './comparison-help'
import { exportHelp } from './export-help'
import { reports } from './report.svelte'
import { session } from './session.svelte'

/** A help card: what a thing shows and when it misleads. */
export interface HelpEntry {
  readonly title: string
  readonly shows: string
  readonly misleads: string
  readonly more: readonly { readonly term: string; readonly words: string }[]
  readonly bibtex: string
}

/** What each question means, for the time before a report has stated its own rule. */
export const questionHelp: Record<Area, { shows: string; misleads: string }> = {
  localisation: {
    shows: 'Whether the map is hottest where a reader outlined the finding.',
    misleads: 'Findings that always lie in one place are found by an average of all outlines too; the map must beat it.'
  },
  randomisation: {
    shows: "Whether the map changes when the model's learned weights are replaced by random ones.",
    misleads: 'A map that stays the same shows the image, not what the model learned.'
  },
  repeatability: {
    shows: 'Whether another training run of the same model gives a similar map.',
    misleads: 'Sparse maps look alike by chance; the limit is the likeness of maps of different images.'
  },
  reproducibility: {
    shows: 'Whether a model of another architecture gives a similar map.',
    misleads: 'Two models may rightly look at different things; a failure speaks for this model only.'
  },
  completeness: {
    shows: 'Whether taking away the hottest pixels changes the answer more than taking away random ones.',
    misleads: 'Altered images are unlike those the model was trained on.'
  },
  fidelity: {
    shows: 'Whether the answer falls in step with how much of the map is covered.',
    misleads: 'What is put in place of the covered pixels matters.'
  },
  robustness: {
    shows: 'Whether the map stays when the image changes hardly at all.',
    misleads: 'A map that never changes is steady, and useless.'
  },
  human: {
    shows: 'Whether the map agrees with a reader as well as readers agree with each other.',
    misleads: 'Readers may agree on what the model does not use.'
  },
  regions: {
    shows: 'Whether the map highlights the regions an expert expects.',
    misleads: 'The expectation itself may be incomplete.'
  },
  groups: {
    shows: 'Where the maps of two groups of patients differ.',
    misleads: 'Many comparisons are made; look at the corrected figures.'
  },
  cues: {
    shows: 'Whether the map, or the answer, follows something that must not matter, such as a side marker.',
    misleads: 'A map can miss a marker that the model does use; taking the marker away is the proof.'
  }
}

function methodHelp(method: MethodSummary): HelpEntry {
  const { words } = method
  const more = [
    { term: 'Good for', words: words.goodFor },
    { term: 'Not for', words: words.notFor },
    { term: 'Settings', words: method.params.map((field) => field.title).join(', ') || 'none' },
    { term: 'Source', words: method.citation.text }
  ]

  return {
    title: method.title,
    shows: words.shows,
    misleads: `${words.failureModes}${words.classInsensitive ? ' ▲ Shows the same for every finding.' : ''}`,
    more,
    bibtex: method.citation.bibtex
  }
}

function areaHelp(area: Area): HelpEntry {
  const stated = reports.report?.questions.find((one) => one.area === area)
  const more =
    stated === undefined
      ? []
      : [
          { term: 'Rule', words: stated.rule },
          { term: 'Held against', words: stated.limit },
          { term: 'Source', words: stated.citation }
        ]

  return { title: areaQuestion[area], ...questionHelp[area], more, bibtex: '' }
}

/** The card for a `data-help` value: `method:ID`, `area:ID`, `compare:ID` or `export:ID`; null for one that nobody wrote. */
export function helpFor(key: string): HelpEntry | null {
  const [kind, id] = key.split(':')
  if (kind === 'export') return exportHelp(id)
  if (kind === 'compare') return comparisonHelp(id)
  if (kind === 'area') return (areas as readonly string[]).includes(id) ? areaHelp(id as Area) : null
  const method = kind === 'method' ? session.methods.find((one) => one.id === id.split('+')[0]) : undefined

  return method === undefined ? null : methodHelp(method)
}

/** The card that is open, and the thing it stands beside. */
class Help {
  entry = $state.raw<HelpEntry | null>(null)
  anchor = $state.raw<HTMLElement | null>(null)

  /** Opens the card of what is focused, else of what is hovered; false when neither has one. */
  open(): boolean {
    const hovered = [...document.querySelectorAll<HTMLElement>('[data-help]:hover')].at(-1)
    const anchor = document.activeElement?.closest<HTMLElement>('[data-help]') ?? hovered ?? null
    const entry = anchor === null ? null : helpFor(anchor.dataset['help'] ?? '')
    this.anchor = entry === null ? null : anchor
    this.entry = entry

    return entry !== null
  }

  close(): void {
    this.entry = null
    this.anchor = null
  }
}

export const help = new Help()

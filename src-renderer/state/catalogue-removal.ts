import type { Filling } from '@shared/comparison'

const wholeOrOne = (percent: number): string => (Number.isInteger(percent) ? String(percent) : percent.toFixed(1))

/** Words of "What if the hottest pixels are removed?". */
export const removalWords = {
  title: 'What if the hottest pixels are removed?',
  share: 'Removed',
  filling: 'Filled with',
  fillings: {
    blur: 'blurred surroundings',
    mean: 'the mean grey',
    zero: 'zeros',
    road: 'neighbours (ROAD)'
  } satisfies Record<Filling, string>,
  start: 'Draw the curve',
  goOn: 'Go on',
  stop: 'Stop drawing the curve',
  running: (done: number, all: number): string => `${done} of ${all} points`,
  stopped: (done: number, all: number): string => `Stopped at ${done} of ${all} points.`,
  hint: 'The curve asks the model again while pixels go, the hottest first.',
  noMap: 'Choose a map: its hottest pixels go first.',
  flat: 'This map is the same everywhere: it has no hottest pixels to remove.',
  thisMap: 'this map',
  random: 'random',
  axis: 'Share of the pixels removed, %',
  coming: 'The model is being asked.',
  shown: (percent: number, filling: Filling): string =>
    `Model’s input, hottest ${wholeOrOne(percent)} % filled with ${removalWords.fillings[filling]}`,
  own: (columns: number, rows: number, slices: number): string =>
    `${columns} × ${rows}${slices > 1 ? ` × ${slices}` : ''} pixels of the model`,
  firstChannel: (channels: number): string => `first of ${channels} channels`,
  answerName: (scale: 'probability' | 'logit'): string => (scale === 'logit' ? 'logit' : 'probability'),
  table: 'The curve as a table',
  columns: { removed: 'Removed, %', map: 'This map', random: 'Random pixels' },
  /** What happens at the share, in one or two sentences. */
  sentence: (facts: {
    percent: number
    label: string
    scale: 'probability' | 'logit'
    before: string
    after: string
    change: 'falls' | 'rises' | 'stays'
    random: string | null
  }): string => {
    const { percent, label, before, after, change, random } = facts
    const what = `the ${removalWords.answerName(facts.scale)} of ${label}`
    const share = wholeOrOne(percent)
    const moves = change === 'stays' ? `stays at ${after}` : `${change} from ${before} to ${after}`
    const compared = random === null ? '' : ` Without as many random pixels it is ${random}.`

    return `Without the hottest ${share} %, ${what} ${moves}.${compared}`
  },
  nothingRemoved: (label: string, scale: 'probability' | 'logit', before: string): string =>
    `Nothing is removed: the ${removalWords.answerName(scale)} of ${label} is ${before}.`
} as const

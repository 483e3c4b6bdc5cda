import { resolve } from 'node:path'
import { Fault } from '@engine/fault'
import { oneOf, required, wholeNumber } from '../arguments'
import type { ReadersVerb } from './verb'
import { onWorkspace } from './workspace'

/** Outline colours of segments that are named on the command line, in their order. */
const colours = ['#5fd7ea', '#b6e36b', '#c9a6ff', '#f2f2f2', '#ffb3d1'] as const

/** `readers plan`: a study of the cases of an experiment, or of image files. */
export const planVerb: ReadersVerb = {
  name: 'plan',
  usage: [
    'saliscope readers plan EXPERIMENT.json|IMAGE… --workspace DIR --title TITLE --readers NAME… --segments NAME… [--seed N] [--repeats N]',
    '    [--hide label,prediction,map,readers, usually all; none hides nothing] [--certainty asked|not-asked] [--idle SECONDS, usually 30] [--listed-only] [--json]',
    '    the order of every reader comes from the seed; repeats are never next to their first reading;',
    '    with --listed-only nothing but the named segments may be outlined'
  ].join('\n'),
  rules: {
    options: ['title', 'seed', 'repeats', 'hide', 'certainty', 'idle'],
    lists: ['readers', 'segments'],
    flags: ['listed-only']
  },

  async run(paths, args, { console, host }) {
    if (paths.length === 0) throw new Fault('usage', 'No experiment and no image is named.', { hint: planVerb.usage })
    const order = {
      title: required(args, 'title'),
      readers: [...args.list('readers')],
      segments: args
        .list('segments')
        .map((name, index) => ({ name, colour: colours[index % colours.length], code: null })),
      seed: wholeNumber(args, 'seed', 42),
      repeats: wholeNumber(args, 'repeats', 0),
      blinded: hidden(args.option('hide')),
      askCertainty: oneOf(args, 'certainty', ['asked', 'not-asked']) === 'asked',
      idleSeconds: wholeNumber(args, 'idle', 30),
      reveal: null,
      listedOnly: args.flag('listed-only')
    }
    if (order.readers.length === 0)
      throw new Fault('usage', 'No reader is named.', { hint: 'Name them after --readers.' })
    if (order.segments.length === 0)
      throw new Fault('usage', 'No finding is named.', { hint: 'Name them after --segments.' })
    return onWorkspace(args, host, async (engine) => {
      const grants = paths.map((path) => resolve(path))
      const { cases, problems } = await engine.call('study.open', { grants }, console.job())
      for (const { file, fault } of problems) console.remark(`${file}: ${fault.message}`)
      const study = await engine.call(
        'reading.create',
        { ...order, caseIds: cases.map(({ caseId }) => caseId) },
        console.job()
      )
      if (console.json) console.result(JSON.stringify(study))
      else
        console.result(
          `${study.studyId}: ${study.cases} cases + ${order.repeats} hidden repeats, ${study.readers.length} readers, seed ${order.seed}`
        )
      return problems.length > 0 ? 5 : 0
    })
  }
}

const parts = ['label', 'prediction', 'map', 'readers'] as const

/** Throws Fault `usage` for a word that is none of the four. */
function hidden(text: string | undefined): Record<(typeof parts)[number], boolean> {
  const words = text === undefined ? [...parts] : text === 'none' ? [] : text.split(',').map((word) => word.trim())
  const odd = words.find((word) => !parts.some((part) => part === word))
  if (odd !== undefined) throw new Fault('usage', `--hide takes ${parts.join(', ')} or none; not "${odd}".`)
  const is = (part: (typeof parts)[number]): boolean => words.includes(part)
  return { label: is('label'), prediction: is('prediction'), map: is('map'), readers: is('readers') }
}

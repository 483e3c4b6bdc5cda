import { resolve } from 'node:path'
import { type Arguments, oneOf, required } from '../arguments'
import { onWorkspace, studyNamed } from '../readers/workspace'
import { readFormats } from './conversion'
import type { VerbSurroundings } from './verb'

/** The outlines of a reading study: the consensus, and with `--readers` each reader's own beside it. Throws Fault `usage`, `not-found`. */
export async function exportStudy(args: Arguments, { console, host }: VerbSurroundings): Promise<number> {
  const as = readFormats(required(args, 'as')).map(({ id }) => id)
  return onWorkspace(args, host, async (engine) => {
    const { studyId } = await studyNamed(engine, args.option('study'), console)
    const identity = oneOf(args, 'identity', ['pseudonym', 'source'])
    const order = { studyId, grant: resolve(required(args, 'out')), as, identity, readers: args.flag('readers') }
    const { files, refused } = await engine.call('reading.outlines', order, console.job())
    for (const { item, reason } of refused) console.remark(`${item}: ${reason}`)
    console.result(console.json ? JSON.stringify({ studyId, files, refused }) : files.join('\n'))
    return refused.length > 0 ? 5 : 0
  })
}

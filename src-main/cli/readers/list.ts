import type { ReadersVerb } from './verb'
import { onWorkspace } from './workspace'

/** `readers list`: the studies of a workspace, and how far their readers are. */
export const listVerb: ReadersVerb = {
  name: 'list',
  usage: 'saliscope readers list --workspace DIR [--json]',
  rules: {},

  async run(_rest, args, { console, host }) {
    return onWorkspace(args, host, async (engine) => {
      const studies = await engine.call('reading.studies', {}, console.job())
      if (console.json) console.result(JSON.stringify(studies))
      else
        for (const { studyId, title, cases, repeats, readers } of studies) {
          const hidden = repeats === null ? '' : ` + ${repeats} hidden repeats`
          console.result(`${studyId}: ${title}, ${cases} cases${hidden}`)
          for (const { readerId, name, done, total } of readers)
            console.result(`  ${readerId}, ${name}: ${done} of ${total}`)
        }
      return 0
    })
  }
}

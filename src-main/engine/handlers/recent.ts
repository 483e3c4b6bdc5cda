import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import { openCases } from './open-cases'
import { remember } from './recent-list'
import type { Workbench } from './workbench'

type RecentHandlers = Pick<Handlers, 'recent.list' | 'recent.open'>

/** Recent files and models: listed by title, opened by id. */
export function recentHandlers(workbench: Workbench): RecentHandlers {
  const { session, models, opened } = workbench
  return {
    async 'recent.list'() {
      return session.read().recent.map(({ recentId, kind, title, opened }) => ({ recentId, kind, title, opened }))
    },

    async 'recent.open'({ recentId }, job) {
      const item = session.read().recent.find((candidate) => candidate.recentId === recentId)
      if (item === undefined) throw new Fault('not-found', 'That entry is no longer on the list of recent files.')
      remember(session, item)
      if (item.kind === 'model') {
        const model = await models.open(item.paths[0], job)
        opened.addModel(item.paths[0], null)
        return { cases: [], problems: [], model }
      }
      const found = await openCases(workbench, item.paths, job)
      opened.addFiles(item.paths)
      return { ...found, model: null }
    }
  }
}

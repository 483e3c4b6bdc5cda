import type { Handlers } from '@engine/engine'
import { removalAnswers, removalOf, removalScene } from './removal'
import type { Workbench } from './workbench'

type ComparisonHandlers = Pick<Handlers, 'removal.scene' | 'removal.answers'>

/** Comparing maps: what the model says when the pixels of a map are removed, and maps beside one another. */
export function comparisonHandlers(workbench: Workbench): ComparisonHandlers {
  return {
    async 'removal.scene'({ mapId, filling }, job) {
      return removalScene(workbench, removalOf(workbench, mapId, 'map'), filling, job)
    },

    async 'removal.answers'({ mapId, filling, percents, along }, job) {
      const removal = removalOf(workbench, mapId, along)
      return { answers: await removalAnswers(workbench, removal, { filling, percents }, job) }
    }
  }
}

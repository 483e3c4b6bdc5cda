import type { Handlers } from '@engine/engine'
import { compareMaps } from './compare-maps'
import { saveFigure } from './save-figure'
import { mapSegments } from './map-segments'
import { removalAnswers, removalOf, removalScene } from './removal'
import { sheetPanel } from './sheet-panel'
import type { Workbench } from './workbench'

type ComparisonHandlers = Pick<
  Handlers,
  'removal.scene' | 'removal.answers' | 'model.stages' | 'sheet.panel' | 'map.against' | 'map.segments' | 'figure.save'
>

/** Comparing maps: with the answer once their pixels are removed, with one another, and case by case. */
export function comparisonHandlers(workbench: Workbench): ComparisonHandlers {
  return {
    async 'removal.scene'({ mapId, filling }, job) {
      return removalScene(workbench, removalOf(workbench, mapId, 'map'), filling, job)
    },

    async 'removal.answers'({ mapId, filling, percents, along }, job) {
      const removal = removalOf(workbench, mapId, along)
      return { answers: await removalAnswers(workbench, removal, { filling, percents }, job) }
    },

    async 'model.stages'({ modelId }) {
      const { models, scrambled } = workbench
      return { stages: scrambled.stages(models.require(modelId)).map(({ name }) => name) }
    },

    async 'sheet.panel'({ mapId, edge }) {
      return sheetPanel(workbench, mapId, edge)
    },

    async 'map.against'({ first, second, kind }) {
      return compareMaps(workbench, { first, second }, kind)
    },

    async 'map.segments'({ mapId }) {
      return mapSegments(workbench, mapId)
    },

    async 'figure.save'({ grant, name, png }) {
      return { files: [saveFigure(workbench.options.resolveGrant(grant), name, png)] }
    }
  }
}

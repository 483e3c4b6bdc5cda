import { nothingFound } from '@engine/criteria/criterion'
import { presetComparison } from '../../preset-comparison'
import { isSame, named, type ReportPart, type Wrong } from './part'

/** What this run gives beside a published study, from the rows. */
export const presetPart: ReportPart = {
  title: 'figures beside the published ones',
  again({ report, spec }) {
    const { preset } = report
    if (preset === null || preset === undefined) return { drawn: 0, wrong: [], asWritten: [] }
    const performance = report.models
      .filter(({ performance: figures }) => figures.length > 0)
      .map(({ id, performance: figures }) => ({ modelId: id, figures }))
    const found = { ...nothingFound, rows: report.results, performance }
    const settings = { maps: [], criteria: [], background: null }
    const again = presetComparison(preset.id, { spec, found, settings })
    const wrong = preset.anchors.flatMap((stated, index): Wrong[] => {
      const what = named(`figure beside a published one (${index + 1})`, stated.what, stated.set, stated.method)
      return isSame(stated, again.anchors[index]) ? [] : [{ what, reason: 'the rows and the study give another one' }]
    })
    const lacking = again.anchors.length - preset.anchors.length
    const fewer: Wrong = { what: 'figures beside published ones', reason: `the study gives ${lacking} more` }
    return {
      drawn: preset.anchors.length,
      wrong: lacking > 0 ? [...wrong, fewer] : wrong,
      asWritten: ['how settings depart from those of the published study']
    }
  }
}

import { expressionTitle } from '@engine/attribution/expression'
import { presetMaps } from '@engine/attribution/planned-map'
import { presets } from '@engine/attribution/presets/index'
import { describeReduction } from '@engine/attribution/reduction'
import type { PresetSummary } from '@shared/vocabulary'

/** Every preset as data: the picker's list and `saliscope schema presets` are made from it. */
export function describePresets(): PresetSummary[] {
  return presets.map(({ id, title, citation, departs }) => ({
    id,
    title,
    citation: { ...citation },
    departs,
    maps: presetMaps(id).map((map) => ({
      id: map.id,
      expression: map.expression.text,
      title: expressionTitle(map.expression),
      params: Object.fromEntries(
        Object.entries(map.params).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value])
      ) as PresetSummary['maps'][number]['params'],
      reduction: describeReduction(map.reduction)
    }))
  }))
}

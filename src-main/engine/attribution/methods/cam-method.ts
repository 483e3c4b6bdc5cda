import * as v from 'valibot'
import type { Citation } from '@engine/attribution/citations'
import type {
  Attribution,
  AttributionContext,
  AttributionMethod,
  MethodGroup,
  MethodWords
} from '@engine/attribution/method'
import { type CamLayer, chosenLayers, readLayers } from '@engine/attribution/methods/cam'
import { mapOnInput, positivePart, scalings } from '@engine/attribution/methods/cam-scaling'
import { choiceParam, layerParam } from '@engine/attribution/param'
import type { Tensor } from '@engine/tensor/tensor'

/** What every class activation map can be told. */
export const camParams = v.object({
  layer: layerParam(),
  scaling: choiceParam(
    {
      title: 'Scaling',
      description:
        'none: positive part, enlarged with half-pixel linear interpolation, in the method’s own unit (several layers: each 0–1, then their mean); ' +
        'pgc: 0–1 before and after enlarging, volumes by cubic splines, as pytorch-grad-cam and mednet.'
    },
    scalings,
    'none'
  )
})
export type CamParams = v.InferOutput<typeof camParams>

/** A class activation map: its words, and how it sums the channels of one layer. */
export interface CamDefinition {
  readonly id: string
  readonly title: string
  readonly group: MethodGroup
  readonly words: MethodWords
  readonly citation: Citation
  /** Whether the gradient of the layer is needed, or its values alone. */
  readonly withGradient: boolean
  /** False for methods that ask the model again for each input. */
  readonly batched: boolean
  readonly passes: AttributionMethod<CamParams>['passes']
  /** The map at layer size before ReLU, `[N, 1, ...grid]`, with notes for the recipe. */
  cells(layer: CamLayer, context: AttributionContext): Promise<CamCells> | CamCells
}

export interface CamCells {
  readonly cells: Tensor
  readonly notes?: Attribution['notes']
}

/** A method of the class activation family: layers read in one run, one map each, joined on the input's grid. */
export function camMethod(definition: CamDefinition): AttributionMethod<CamParams> {
  const { id, title, group, words, citation, withGradient, batched, passes } = definition
  return {
    id,
    title,
    group,
    words,
    citation,
    needs: withGradient ? ['gradient', 'layer'] : ['layer'],
    params: camParams,
    batched,
    passes,
    async attribute(context, { layer, scaling }) {
      const { maps, notes } = await camCells(definition, context, layer)
      const map = mapOnInput(maps.map(positivePart), context.model.inputShape.slice(1), scaling)
      return { map, ...(maps.length === 1 ? { layer: maps[0] } : {}), notes }
    }
  }
}

/** The maps at layer size before ReLU, one for every chosen layer. */
export async function camCells(
  { cells, withGradient }: Pick<CamDefinition, 'cells' | 'withGradient'>,
  context: AttributionContext,
  stated: string | undefined
): Promise<{ maps: readonly Tensor[]; notes: NonNullable<Attribution['notes']> }> {
  const chosen = chosenLayers(context, stated)
  const layers = await readLayers(context, chosen, withGradient)
  const maps: Tensor[] = []
  let notes: Record<string, number | string> = { layer: chosen.map(({ tensor }) => tensor).join(',') }
  for (const layer of layers) {
    const made = await cells(layer, context)
    maps.push(made.cells)
    notes = { ...notes, ...made.notes, ...(withGradient ? gradientNotes(layer) : {}) }
  }
  return { maps, notes }
}

/** A layer that does not move the score gives an empty map, which is an answer and must be told from a fault. */
function gradientNotes({ info, gradient }: CamLayer): Record<string, string> {
  if (gradient.data.some((value) => value !== 0)) return {}
  return {
    zeroGradient: `The score does not change with the layer ${info.tensor}: its gradient is 0, and so is the map.`
  }
}

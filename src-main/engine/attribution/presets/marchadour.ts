import { brocki2022 } from '@engine/attribution/citations'
import type { GivenParams } from '@engine/attribution/parameters'
import type { Preset, PresetMap } from '@engine/attribution/presets/preset'

interface Base {
  readonly name: string
  readonly expr: string
  readonly params: GivenParams
}

const steps = { 'integrated-gradients.steps': 32 }

/** BP, IGB, IGBW, EG and D of the poster. */
const bases: readonly Base[] = [
  { name: 'bp', expr: 'gradient', params: {} },
  { name: 'igb', expr: 'integrated-gradients', params: { ...steps, 'integrated-gradients.baseline': 'black' } },
  { name: 'igbw', expr: 'integrated-gradients', params: { ...steps, 'integrated-gradients.baseline': 'black-white' } },
  { name: 'eg', expr: 'expected-gradients', params: { 'expected-gradients.samples': 40 } },
  { name: 'd', expr: 'deconvolution', params: {} }
]
const smoothed = ['', '+sg', '+sg2']
const kinds = ['+abs', '+abs+region']
const noise: GivenParams = { 'sg.samples': 25, 'sg.sigma': 0.15 }

const maps: readonly PresetMap[] = kinds.flatMap((kind) =>
  bases.flatMap(({ name, expr, params }) =>
    smoothed.map((wrapper) => ({
      id: `${name}${wrapper}${kind}`,
      expr: `${expr}${wrapper}${kind}`,
      params: wrapper === '' ? params : { ...params, ...noise }
    }))
  )
)

/** Definitions A4: five methods, each plain, smoothed and squared, as pixel map and as region map. */
export const marchadour: Preset = {
  id: 'marchadour',
  title: 'Marchadour (30 maps of a CT slice)',
  citation: brocki2022,
  maps,
  departs:
    'Regions are ranked by the absolute pixel map, as in the study. Not published and therefore our choice, unless they are changed: 25 noisy copies at 0.15 of the value range, 32 Gauss–Legendre steps, 40 samples of expected gradients. Expected gradients need a background set in the card or the experiment.'
}

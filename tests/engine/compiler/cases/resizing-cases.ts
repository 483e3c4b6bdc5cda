import type { NewAttribute, NewConstant } from '@engine/graph/encode'
import { floats, int64s } from '../../../support/tiny-graphs'
import { type CaseInput, float, makes, type RuleCase } from './rule-case'

type Attributes = Readonly<Record<string, NewAttribute>>

interface Resizing {
  readonly title: string
  readonly dims?: CaseInput['dims']
  readonly scales?: readonly number[]
  readonly sizes?: readonly number[]
  readonly region?: readonly number[]
  readonly attributes: Attributes
  readonly opsets?: readonly number[]
}

const image: CaseInput['dims'] = ['N', 2, 3, 4]
const volume: CaseInput['dims'] = ['N', 1, 2, 3, 2]

function resize({
  title,
  dims = image,
  scales,
  sizes,
  region = [],
  attributes,
  opsets = [11, 13, 18, 19, 21]
}: Resizing): RuleCase {
  const constants: NewConstant[] = [
    floats('roi', [region.length], region),
    floats('scales', [scales?.length ?? 0], scales ?? []),
    ...(sizes === undefined ? [] : [int64s('sizes', sizes)])
  ]
  const inputs = ['x', 'roi', 'scales', ...(sizes === undefined ? [] : ['sizes'])]
  // With sizes that state the batch, the batch cannot be free.
  const fixed = sizes === undefined || sizes.length < dims.length ? dims : dims.map((size) => (size === 'N' ? 2 : size))
  return {
    op: 'Resize',
    title,
    opsets,
    inputs: { x: { dims: fixed } },
    constants,
    nodes: [makes('Resize', inputs, attributes)],
    step: 0.25
  }
}

const up = [1, 1, 2, 1.5]
const down = [1, 1, 0.7, 0.5]
const coordinates = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric']

const everyCoordinate = ['nearest', 'linear', 'cubic'].flatMap((mode) =>
  coordinates.flatMap((coordinate) =>
    [up, down].map((scales) =>
      resize({
        title: `${mode}, ${coordinate}, ${scales === up ? 'up' : 'down'}`,
        scales,
        attributes: { mode, coordinate_transformation_mode: coordinate },
        opsets: coordinate === 'half_pixel' ? [11, 13, 18, 21] : [11, 19]
      })
    )
  )
)

const everyRounding = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'].flatMap((nearest) =>
  ['half_pixel', 'asymmetric'].map((coordinate) =>
    resize({
      title: `nearest, ${nearest}, ${coordinate}`,
      scales: [1, 1, 2, 1.5],
      attributes: { mode: 'nearest', nearest_mode: nearest, coordinate_transformation_mode: coordinate },
      opsets: [11, 18]
    })
  )
)

/** Scales were the second input in opset 10, and rounding followed no attribute. */
const second = (op: 'Resize' | 'Upsample', title: string, scales: readonly number[], mode: string): RuleCase => ({
  op,
  title,
  opsets: op === 'Resize' ? [10] : [9],
  inputs: { x: { dims: image } },
  constants: [floats('scales', [scales.length], scales)],
  nodes: [makes(op, ['x', 'scales'], { mode })],
  step: 0.25
})

const upsample = (title: string, scales: readonly number[], mode: string): RuleCase => ({
  op: 'Upsample',
  title,
  opsets: [7, 8],
  inputs: { x: { dims: image } },
  nodes: [makes('Upsample', ['x'], { mode, scales: { floats: Float32Array.from(scales) } })],
  step: 0.25
})

/** Scales that nodes compute from the shape, as exporters of TorchScript write them. */
const computedScales: RuleCase = {
  op: 'Resize',
  title: 'scales computed by nodes',
  opsets: [11, 13],
  inputs: { x: { dims: image } },
  constants: [floats('roi', [0], []), floats('one', [2], [1, 1]), floats('half', [2], [1, 0.75])],
  nodes: [
    { opType: 'Add', name: 'twice', inputs: ['half', 'half'], outputs: ['spatial'], attributes: {} },
    { opType: 'Concat', name: 'all', inputs: ['one', 'spatial'], outputs: ['scales'], attributes: { axis: 0 } },
    makes('Resize', ['x', 'roi', 'scales'], { mode: 'linear' })
  ],
  step: 0.25
}

export const resizingCases: readonly RuleCase[] = [
  ...everyCoordinate,
  ...everyRounding,
  ...(['nearest', 'linear'] as const).flatMap((mode) => [
    resize({
      title: `${mode}, volume`,
      dims: volume,
      scales: [1, 1, 2, 1.5, 3],
      attributes: { mode },
      opsets: [11, 13, 18, 21]
    }),
    resize({ title: `${mode}, sizes`, sizes: [2, 2, 5, 7], attributes: { mode } }),
    resize({
      title: `${mode}, volume, sizes`,
      dims: volume,
      sizes: [2, 1, 5, 2, 4],
      attributes: { mode },
      opsets: [13, 18]
    })
  ]),
  resize({
    title: 'nearest, a line',
    dims: ['N', 2, 4],
    scales: [1, 1, 2.5],
    attributes: { mode: 'nearest' },
    opsets: [11, 18]
  }),
  resize({
    title: 'nearest, tf_half_pixel_for_nn',
    scales: up,
    attributes: { mode: 'nearest', coordinate_transformation_mode: 'tf_half_pixel_for_nn' },
    opsets: [11]
  }),
  ...['linear', 'cubic'].map((mode) =>
    resize({
      title: `${mode}, half_pixel_symmetric`,
      scales: [1, 1, 1.7, 1.3],
      attributes: { mode, coordinate_transformation_mode: 'half_pixel_symmetric' },
      opsets: [19, 21]
    })
  ),
  ...['nearest', 'linear'].map((mode) =>
    resize({
      title: `${mode}, cut out and resized`,
      scales: [1, 1, 1.5, 1.5],
      region: [0, 0, 0.2, -0.1, 1, 1, 0.9, 0.8],
      attributes: { mode, coordinate_transformation_mode: 'tf_crop_and_resize' },
      opsets: [11, 13, 18]
    })
  ),
  resize({
    title: 'cubic, other coefficient, nothing outside',
    scales: up,
    attributes: { mode: 'cubic', cubic_coeff_a: float(-0.5), exclude_outside: 1 },
    opsets: [11, 18]
  }),
  ...['linear', 'cubic'].flatMap((mode) =>
    [0, 1].map((outside) =>
      resize({
        title: `${mode}, antialias${outside ? ', nothing outside' : ''}`,
        dims: ['N', 1, 7, 6],
        scales: [1, 1, 0.4, 0.5],
        attributes: { mode, antialias: 1, exclude_outside: outside },
        opsets: [18, 21]
      })
    )
  ),
  resize({ title: 'stated axes', scales: [1.5, 2], attributes: { mode: 'linear', axes: [3, 2] }, opsets: [18, 21] }),
  ...['not_larger', 'not_smaller'].map((policy) =>
    resize({
      title: `linear, ${policy}`,
      sizes: [7, 6],
      attributes: { mode: 'linear', axes: [2, 3], keep_aspect_ratio_policy: policy },
      opsets: [18, 21]
    })
  ),
  computedScales,
  ...['nearest', 'linear'].flatMap((mode) => [
    second('Resize', `opset 10, ${mode}, up`, [1, 1, 2, 1.5], mode),
    second('Resize', `opset 10, ${mode}, down`, [1, 1, 0.7, 0.5], mode),
    second('Upsample', `opset 9, ${mode}`, [1, 1, 2, 3], mode),
    second('Upsample', `opset 9, ${mode}, uneven`, [1, 1, 1.5, 2.3], mode),
    upsample(`attribute, ${mode}`, [1, 1, 2, 1.5], mode)
  ]),
  { ...second('Upsample', 'opset 9, nearest, volume', [1, 1, 2, 2, 2], 'nearest'), inputs: { x: { dims: volume } } }
]

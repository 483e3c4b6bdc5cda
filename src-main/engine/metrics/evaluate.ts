import * as v from 'valibot'
import { Fault } from '@engine/fault'
import type { Computed, Metric, MetricInputs } from '@engine/metrics/metric'

/** Parameters as they come from a command line or a file. */
export type RawParams = Readonly<Record<string, string | number | boolean | null>>

/**
 * Computes a metric on arrays from outside: checks that what it needs is there, of one size and finite.
 * Faults: `usage` for a missing input or an unknown parameter, `bad-parameter`, `geometry-mismatch`, `bad-image`.
 */
export function evaluateMetric(metric: Metric, inputs: Partial<MetricInputs>, raw: RawParams = {}): Computed {
  const params = parseParams(metric, raw)
  for (const name of metric.needs) {
    if (inputs[name] !== undefined) continue
    throw new Fault('usage', `The metric ${metric.id} needs --${name}.`, {
      subject: metric.id,
      hint: `Give --${name} FILE.`
    })
  }
  const reference = inputs.map ?? inputs.mask
  if (reference === undefined) throw new Fault('usage', `The metric ${metric.id} needs a file.`, { subject: metric.id })
  const complete: MetricInputs = {
    ...inputs,
    map: inputs.map ?? new Float32Array(),
    shape: inputs.shape ?? [reference.length]
  }
  checkSizes(complete, reference.length)
  for (const [name, values] of [
    ['map', inputs.map],
    ['other', inputs.other]
  ] as const) {
    if (values?.some((value) => !Number.isFinite(value)) !== true) continue
    throw new Fault('bad-image', `The ${name} holds values that are not finite (NaN or infinity).`, {
      subject: name,
      hint: 'Write the file again without them.'
    })
  }
  return metric.compute(complete, params)
}

function checkSizes({ mask, other, map, shape }: MetricInputs, length: number): void {
  const expected = shape.reduce((product, size) => product * size, 1)
  for (const [name, values] of [
    ['map', map],
    ['mask', mask],
    ['other', other]
  ] as const) {
    if (values === undefined || values.length === 0 || (values.length === length && length === expected)) continue
    throw new Fault(
      'geometry-mismatch',
      `The ${name} has ${values.length} pixels, the shape ${shape.join(' × ')} has ${expected}.`,
      {
        subject: name,
        hint: 'Map, mask and other must lie on the same grid.'
      }
    )
  }
}

/** Reads parameters by the metric's schema; numbers and yes/no may come as text. Faults: `usage` (unknown name), `bad-parameter`. */
export function parseParams(metric: Pick<Metric, 'id' | 'params'>, raw: RawParams): unknown {
  const known = parameterNames(metric)
  const values: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(raw)) {
    if (!known.includes(name)) {
      const hint = known.length === 0 ? `${metric.id} has no parameters.` : `Known: ${known.join(', ')}.`
      throw new Fault('usage', `The metric ${metric.id} has no parameter ${name}.`, { subject: name, hint })
    }
    values[name] = typeof value === 'string' ? fromText(value) : value
  }
  const parsed = v.safeParse(metric.params, values)
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  const name = v.getDotPath(issue) ?? 'parameter'
  throw new Fault('bad-parameter', `The parameter ${name} of ${metric.id} cannot be ${String(issue.input)}.`, {
    subject: name,
    hint: issue.message
  })
}

function parameterNames(metric: Pick<Metric, 'params'>): string[] {
  return 'entries' in metric.params ? Object.keys(metric.params.entries as object) : []
}

function fromText(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  const value = Number(text)
  return text.trim() !== '' && Number.isFinite(value) ? value : text
}

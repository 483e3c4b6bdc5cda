import type { ObjectEntries, ObjectSchema } from 'valibot'
import type { Citation } from '@engine/attribution/citations'
import type { Attribution, AttributionContext, MethodWords } from '@engine/attribution/method'

/** What a wrapper wraps: the method with its parameters and the wrappers left of it; takes any number of inputs. */
export type Inner = (context: AttributionContext) => Promise<Attribution>

/** A change to any method, written behind it: `gradient+sg+abs`. */
export interface Wrapper<Params = Record<string, unknown>> {
  readonly id: string
  readonly title: string
  readonly words: MethodWords
  readonly citation: Citation
  /** Namespace of its parameters; wrappers of one family share it. */
  readonly prefix: string
  readonly params: ObjectSchema<ObjectEntries, undefined>
  /** How many times it runs what it wraps. */
  repeats(params: Params): number
  apply(inner: Inner, context: AttributionContext, params: Params): Promise<Attribution>
}

import { type SharedPart, type SharedParts, under } from '@engine/attribution/shared-parts'
import type { RunnableMethod } from './experiment-parts'
import { Kept } from '@shared/kept'
import type { OursMethod } from './run-inputs'

const keptPartBytes = 256 * 2 ** 20

/** Parts of maps that several methods of an experiment share; the least recently used leave first. */
export class SharedMapParts {
  private readonly kept = new Kept<{ readonly value: unknown; readonly bytes: number }>(
    keptPartBytes,
    ({ bytes }) => bytes
  )

  constructor(private readonly methods: readonly RunnableMethod[]) {}

  /** `image` names the prepared image, `map` the image with the model and its weights. */
  of(method: OursMethod, image: string, map: string): SharedParts {
    // A part of a map that no other method begins with is not worth its memory.
    const { base } = method.expression
    const relatives = this.methods.filter(
      (other) => other.kind === 'expression' && other.expression.base.id === base.id
    )
    const ofMap = relatives.length > 1 ? under(map, this.part) : made
    return { ofImage: under(image, this.part), ofMap }
  }

  private readonly part: SharedPart = async <Value>(
    key: string,
    make: () => Promise<Value>,
    bytes: (value: Value) => number
  ) => {
    const { value } = await this.kept.get(key, async () => {
      const fresh = await make()
      return { value: fresh, bytes: bytes(fresh) }
    })
    return value as Value
  }
}

const made: SharedPart = (_key, make) => make()

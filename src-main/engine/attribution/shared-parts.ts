/** A memory of parts of maps; `bytes` says what a part weighs. */
export type SharedPart = <Value>(
  key: string,
  make: () => Promise<Value>,
  bytes: (value: Value) => number
) => Promise<Value>

/** What maps of one image may share. Given by who asks for several; absent where the input is a changed copy of the image. */
export interface SharedParts {
  /** Whatever the model: the regions of the image. */
  readonly ofImage: SharedPart
  /** With this model, these weights and what is explained: `gradient+sg` within `gradient+sg+abs+region`. */
  readonly ofMap: SharedPart
}

/** The same memory under longer keys. */
export function under(prefix: string, part: SharedPart): SharedPart {
  return (key, make, bytes) => part(`${prefix} ${key}`, make, bytes)
}

import { closeSync, lstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@engine/fault'
import type { ModelOrigin } from './model'
import type { TensorProto } from './onnx_pb'

/** Where the values of a tensor lie outside the model file, as the file states it. */
export interface ExternalLocation {
  readonly tensor: string
  readonly file: string
  readonly offset: number
  /** null: to the end of the file. */
  readonly length: number | null
}

/** The external location stated by a tensor, unchecked. */
export function externalLocation(tensor: TensorProto): ExternalLocation {
  const stated = new Map(tensor.externalData.map((entry) => [entry.key, entry.value]))
  const length = stated.get('length')
  return {
    tensor: tensor.name,
    file: stated.get('location') ?? '',
    offset: Number(stated.get('offset') ?? '0'),
    length: length === undefined ? null : Number(length)
  }
}

/**
 * Refuses external weights that are anything but a regular file directly beside the model: a model file comes from
 * elsewhere, and a location such as `../../etc/passwd`, a symbolic link or a hard link would let it read what its
 * folder does not hold.
 * Throws Fault `external-weights`.
 */
export function checkExternal(location: ExternalLocation, origin: ModelOrigin): string {
  const { folder } = origin
  if (folder === null) throw refuse(location, 'the model was not opened from a file, so there is no folder to look in')
  const named = /^[^/\\:\0]+$/.test(location.file) && location.file !== '.' && location.file !== '..'
  if (!named) throw refuse(location, 'its location is not a plain file name')
  const path = join(folder, location.file)
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw refuse(location, 'the file is not beside the model')
  if (stat.isSymbolicLink()) throw refuse(location, 'the file is a symbolic link')
  if (!stat.isFile()) throw refuse(location, 'it is not a regular file')
  if (stat.nlink !== 1) throw refuse(location, 'the file has more than one name (hard link)')
  const { offset, length } = location
  const inside =
    Number.isSafeInteger(offset) && offset >= 0 && offset + (length ?? 0) <= stat.size && (length ?? 0) >= 0
  if (!inside) throw refuse(location, `it asks for bytes outside the file of ${stat.size} bytes`)
  return path
}

/** Reads the bytes of an external tensor after checking its location. Throws Fault `external-weights`. */
export function readExternal(location: ExternalLocation, origin: ModelOrigin): Uint8Array {
  const path = checkExternal(location, origin)
  const length = location.length ?? lstatSync(path).size - location.offset
  const bytes = new Uint8Array(length)
  const file = openSync(path, 'r')
  try {
    let done = 0
    while (done < length) {
      const count = readSync(file, bytes, done, length - done, location.offset + done)
      if (count === 0) throw refuse(location, 'the file ended early')
      done += count
    }
  } finally {
    closeSync(file)
  }
  return bytes
}

function refuse(location: ExternalLocation, reason: string): Fault {
  return new Fault(
    'external-weights',
    `The weights "${location.tensor}" lie outside the model file and were not read: ${reason}.`,
    {
      subject: location.file,
      hint: 'Keep the weight file beside the model as an ordinary file, or save the model with its weights inside.'
    }
  )
}

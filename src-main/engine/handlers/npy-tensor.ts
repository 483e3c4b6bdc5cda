import { decodeNpy } from '@engine/formats/raster/npy'
import { readSourceFile } from '@engine/formats/source-file'
import { voxelsFrom } from '@engine/formats/sample-types'
import { type Tensor, tensor } from '@engine/tensor/tensor'

/** An NPY array as a float32 tensor of its own shape. Throws Fault `bad-image`, `unsupported-file`, `too-large`. */
export function npyTensor(bytes: Uint8Array, name: string): Tensor {
  const { samples, shape } = decodeNpy(bytes, name)
  return tensor(Float32Array.from(voxelsFrom(samples)), shape)
}

/** Reads an NPY file; throws Fault `not-found` too. */
export async function readNpyTensor(path: string): Promise<Tensor> {
  const source = await readSourceFile(path)
  return npyTensor(source.bytes, source.name)
}

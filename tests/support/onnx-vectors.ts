import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** A float tensor of a vector. */
export interface VectorTensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly data: Float32Array
}

/** A node test of the onnx package: a model and its inputs. */
export interface OnnxVector {
  readonly name: string
  readonly operators: readonly string[]
  readonly opset: number
  /** Inputs a gradient is taken of. */
  readonly wrt: readonly string[]
  readonly model: Uint8Array
  readonly inputs: readonly VectorTensor[]
}

type Stored<Tensor> = Omit<Tensor, 'data'> & { readonly data: string }
interface StoredVector extends Omit<OnnxVector, 'model' | 'inputs'> {
  readonly model: string
  readonly inputs: readonly Stored<VectorTensor>[]
}

const committed = fileURLToPath(new URL('../fixtures/onnx-vectors/vectors.json.gz', import.meta.url))

/** The committed choice, or the file SALISCOPE_ONNX_VECTORS names; tools/onnx-vectors/make.py writes both. */
export function readVectors(): { readonly isWhole: boolean; readonly vectors: readonly OnnxVector[] } {
  const whole = process.env.SALISCOPE_ONNX_VECTORS
  const text = gunzipSync(readFileSync(whole ?? committed)).toString()
  const { vectors } = JSON.parse(text) as { vectors: readonly StoredVector[] }
  return { isWhole: whole !== undefined, vectors: vectors.map(decode) }
}

function decode(stored: StoredVector): OnnxVector {
  const tensor = (item: Stored<VectorTensor>): VectorTensor => {
    const bytes = Uint8Array.from(Buffer.from(item.data, 'base64'))
    return { ...item, data: new Float32Array(bytes.buffer) }
  }
  return {
    ...stored,
    model: Uint8Array.from(Buffer.from(stored.model, 'base64')),
    inputs: stored.inputs.map(tensor)
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { create, toBinary } from '@bufbuild/protobuf'
import { afterAll, expect, test } from 'vitest'
import { ModelProtoSchema, TensorProto_DataLocation, TensorProto_DataType } from '@engine/graph/onnx_pb'
import { openModel } from '@engine/graph/open'
import { hashModel, hashModelFile, weightFiles } from '@engine/handlers/model-hash'
import { modelIdOf } from '@engine/handlers/model-shelf'
import { hashFile } from '@engine/handlers/recipe'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-model-hash-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** One training run as PyTorch’s newer exporter saves it: the graph in one file, its weights in another beside it. */
function writeRun(name: string, weights: readonly number[]): string {
  mkdirSync(join(folder, name))
  writeFileSync(join(folder, name, 'net.onnx.data'), new Uint8Array(Float32Array.from(weights).buffer))
  const { FLOAT } = TensorProto_DataType
  const shape = { dim: [{ value: { case: 'dimValue' as const, value: 3n } }] }
  const info = (own: string) => ({
    name: own,
    type: { value: { case: 'tensorType' as const, value: { elemType: FLOAT, shape } } }
  })
  const weight = {
    ...{ name: 'w', dims: [3n], dataType: FLOAT, dataLocation: TensorProto_DataLocation.EXTERNAL },
    externalData: [{ key: 'location', value: 'net.onnx.data' }]
  }
  const graph = {
    ...{ name: 'g', input: [info('x')], output: [info('y')], initializer: [weight] },
    node: [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }]
  }
  const model = create(ModelProtoSchema, { irVersion: 8n, opsetImport: [{ version: 17n }], graph } as never)
  const path = join(folder, name, 'net.onnx')
  writeFileSync(path, toBinary(ModelProtoSchema, model))
  return path
}

test('two training runs whose graphs are the same file are told apart by the weights beside them', async () => {
  const [one, other, again] = [writeRun('one', [1, 2, 3]), writeRun('other', [1, 2, 4]), writeRun('again', [1, 2, 3])]
  expect(await hashFile(one)).toBe(await hashFile(other))
  expect(weightFiles(openModel(one))).toEqual(['net.onnx.data'])
  expect(await hashModelFile(one)).not.toBe(await hashModelFile(other))
  expect(await hashModelFile(one)).toBe(await hashModelFile(again))
  expect(await modelIdOf(one)).not.toBe(await modelIdOf(other))
})

test('a model that is whole in its file has the hash of the file, and so has what is no model', async () => {
  const path = resolve('resources/sample/models/honest-1.onnx')
  expect(weightFiles(openModel(path))).toEqual([])
  expect(await hashModel(path, openModel(path))).toBe(await hashFile(path))
  const text = join(folder, 'text.onnx')
  writeFileSync(text, 'no model')
  expect(await hashModelFile(text)).toBe(await hashFile(text))
})

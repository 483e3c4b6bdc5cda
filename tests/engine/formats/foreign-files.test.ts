import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { asFault } from '@engine/fault'
import { openSeries } from '@engine/formats/open-series'
import { readReport } from '@engine/formats/read-report'
import { openModel } from '@engine/graph/open'
import { quietJob } from '@engine/job'
import { foreignModel } from '@shared/model-files'

const fixtures = fileURLToPath(new URL('../../fixtures/formats/models/', import.meta.url))
const zoo = fileURLToPath(new URL('../../fixtures/exports/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'saliscope-foreign-'))
afterAll(() => rmSync(folder, { recursive: true }))

const models: readonly (readonly [file: string, words: string, recipe: string])[] = [
  ['pickle-0.pt', 'pickle', 'torch.onnx.export'],
  ['pickle-2.pt', 'pickle', 'torch.onnx.export'],
  ['pickle-4.pt', 'pickle', 'torch.onnx.export'],
  ['checkpoint.ckpt', 'PyTorch checkpoint', 'torch.onnx.export'],
  ['model.keras', 'Keras model', 'tf2onnx'],
  ['weights.h5', 'HDF5', 'tf2onnx'],
  ['weights.safetensors', 'safetensors', 'torch.onnx.export']
]

describe('trained models in other forms', () => {
  // Under a name that lies: content alone decides.
  it.each(models)(
    '%s is refused as an image and as a model, with the way to export it',
    async (file, words, recipe) => {
      const renamed = join(folder, `${file}.bin`)
      copyFileSync(fixtures + file, renamed)
      for (const path of [fixtures + file, renamed]) {
        const { report } = await readReport(path)
        expect([report.kind, report.fault?.code]).toEqual(['other', 'unsupported-file'])
        expect(report.fault?.message).toContain(words)
        expect(report.fault?.hint).toContain(recipe)
        const fault = refusedModel(path)
        expect([fault.code, fault.message]).toEqual(['bad-model', expect.stringContaining(words)])
        expect(fault.hint).toContain(recipe)
      }
      const { problems } = await openSeries([renamed], quietJob(new AbortController().signal))
      expect(problems[0].fault.message).toContain(words)
    }
  )

  it('TensorFlow graphs and SavedModel folders get their recipe', () => {
    const saved = Buffer.from('\x08\x01\x12\x90\x01\x0a\x40\x12\x30\x0a\x0bPlaceholder\x12\x0bPlaceholder"', 'latin1')
    const graph = Buffer.from('\x0a\x20\x0a\x05input\x12\x0bPlaceholder*', 'latin1')
    expect(foreignModel(saved)?.recipe).toContain('--saved-model')
    expect(foreignModel(graph)?.recipe).toContain('--graphdef')
    expect(foreignModel(Buffer.from('\x1c\0\0\0TFL3'))?.recipe).toContain('--tflite')
    mkdirSync(join(folder, 'saved'))
    writeFileSync(join(folder, 'saved', 'saved_model.pb'), saved)
    expect(refusedModel(join(folder, 'saved')).message).toContain('SavedModel')
    expect(refusedModel(join(folder, 'saved')).hint).toContain('--saved-model')
  })

  it('no ONNX file and no text is taken for one', () => {
    for (const name of readdirSync(zoo).filter((file) => file.endsWith('.onnx')))
      expect([name, foreignModel(readFileSync(zoo + name))]).toEqual([name, null])
    for (const text of ['case\n001\n', '(a,b)\n', 'collections\nx\n', '{"a": 1}', 'PK', '']) {
      expect([text, foreignModel(Buffer.from(text))]).toEqual([text, null])
    }
  })
})

describe('pictures and volumes that are not read', () => {
  it.each<[string, Buffer, string]>([
    ['a.gif', Buffer.from('GIF89a\x01\0\x01\0'), 'GIF'],
    ['a.bmp', Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0', 'latin1'), 'BMP'],
    ['a.webp', Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1'), 'WebP'],
    ['a.jp2', Buffer.from('\0\0\0\x0cjP  \r\n', 'latin1'), 'JPEG 2000'],
    ['a.heic', Buffer.from('\0\0\0\x18ftypheic', 'latin1'), 'HEIC'],
    ['a.mha', Buffer.from('ObjectType = Image\nNDims = 3\nBinaryData = True\n'), 'MetaImage'],
    ['a.mat', Buffer.from('MATLAB 5.0 MAT-file, Platform: GLNXA64'), 'MATLAB'],
    ['a.png', Buffer.from('version https://git-lfs.example/spec/v1\noid sha256:00\n'), 'Git LFS pointer'],
    ['a.dcm', Buffer.from('<!DOCTYPE html><html>'), 'web page'],
    ['a.zip', Buffer.from('PK\x03\x04\x14\0\0\0\0\0hello.txt', 'latin1'), 'zip archive']
  ])('%s is refused by what it is', async (name, bytes, words) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    const { fault } = (await readReport(path)).report
    expect([fault?.code, fault?.message]).toEqual(['unsupported-file', expect.stringContaining(words)])
    expect(fault?.message).toContain(name)
    expect(fault?.hint).toBeTruthy()
  })
})

function refusedModel(path: string): ReturnType<typeof asFault> {
  try {
    openModel(path)
  } catch (thrown) {
    return asFault(thrown)
  }
  throw new Error('it was opened')
}

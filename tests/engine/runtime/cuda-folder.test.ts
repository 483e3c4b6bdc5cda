import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { cudaEnvironment, findCudaFolder, onnxRuntimeVersion } from '@engine/runtime/cuda-folder'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-cuda-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const linux = (named?: string): NonNullable<Parameters<typeof findCudaFolder>[1]> => ({
  platform: 'linux',
  arch: 'x64',
  env: { SALISCOPE_CUDA_FOLDER: named }
})

function libraries(name: string, version: string, leaveOut = ''): string {
  const path = join(folder, name)
  mkdirSync(path)
  for (const file of [
    'libonnxruntime.so.1',
    'libonnxruntime_providers_shared.so',
    'libonnxruntime_providers_cuda.so'
  ]) {
    if (file !== leaveOut) writeFileSync(join(path, file), `\x7fELF VERS_${version}\0`)
  }
  return path
}

describe('the CUDA folder', () => {
  it('is for the installed version of ONNX Runtime', () => {
    const { version } = JSON.parse(readFileSync('node_modules/onnxruntime-node/package.json', 'utf8')) as {
      version: string
    }
    expect(onnxRuntimeVersion).toBe(version)
  })

  it('is the one that is named, before the one in the workspace', () => {
    const named = libraries('named', onnxRuntimeVersion)
    const workspace = join(folder, 'workspace')
    mkdirSync(join(workspace, 'cuda'), { recursive: true })
    expect(findCudaFolder(workspace, linux(named))).toEqual({ path: named, problem: null })
    expect(findCudaFolder(workspace, linux())).toEqual({
      path: join(workspace, 'cuda'),
      problem: 'holds no libonnxruntime.so.1'
    })
    expect(findCudaFolder(null, linux())).toBeNull()
  })

  it('says what is wrong with it, and then changes nothing for the CPU', () => {
    const other = findCudaFolder(null, linux(libraries('other', '1.22.0')))
    expect(other?.problem).toBe(`holds another version of ONNX Runtime than ${onnxRuntimeVersion}`)
    const part = findCudaFolder(null, linux(libraries('part', onnxRuntimeVersion, 'libonnxruntime_providers_cuda.so')))
    expect(part?.problem).toBe('holds no libonnxruntime_providers_cuda.so')
    expect(findCudaFolder(null, linux(join(folder, 'nowhere')))?.problem).toBe('does not exist')
    for (const useless of [other, part, null]) expect(cudaEnvironment(useless, {})).toEqual({})
  })

  it('comes first where the loader looks for libraries', () => {
    const good = { path: '/opt/cuda-libraries', problem: null }
    expect(cudaEnvironment(good, {})).toEqual({ LD_LIBRARY_PATH: '/opt/cuda-libraries' })
    expect(cudaEnvironment(good, { LD_LIBRARY_PATH: '/usr/local/lib' })).toEqual({
      LD_LIBRARY_PATH: '/opt/cuda-libraries:/usr/local/lib'
    })
  })

  it('is for Linux on x64 only', () => {
    expect(findCudaFolder(null, { ...linux('/x'), platform: 'win32' })).toBeNull()
    expect(findCudaFolder(null, { ...linux('/x'), arch: 'arm64' })).toBeNull()
  })
})

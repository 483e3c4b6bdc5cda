import { delimiter, join } from 'node:path'
import { existsSync } from 'node:fs'

const cudaProvider = 'libonnxruntime_providers_cuda.so'

/**
 * ONNX Runtime says that it could not load its CUDA library, but tells the reason to its log only. Loading it once more by hand
 * gives the loader's own sentence, which names the library that is missing.
 */
export function withMissingLibrary(thrown: unknown): Error {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  const [first] = text.trim().split('\n')
  if (!first.includes('Failed to load shared library')) return new Error(text)
  const folder = (process.env.LD_LIBRARY_PATH ?? '')
    .split(delimiter)
    .find((path) => existsSync(join(path, cudaProvider)))
  return new Error(folder === undefined ? text : `${first} (${loaderSentence(join(folder, cudaProvider))})`)
}

function loaderSentence(file: string): string {
  try {
    process.dlopen({ exports: {} }, file)
    return 'no reason given'
  } catch (thrown) {
    // "libcublasLt.so.13: cannot open shared object file: No such file or directory"
    return String((thrown as Error).message).split('\n')[0]
  }
}

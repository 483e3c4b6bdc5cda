import { existsSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Electron brings a Vulkan loader and SwiftShader, a Vulkan driver in software: with both, ONNX Runtime's WebGPU provider runs
 * on a machine without a graphics processor. Answers with the environment of an inference process that finds them.
 * Throws when they are missing: a test that needs them must not pass unseen.
 */
export function softwareVulkan(): Record<string, string> {
  const electron = fileURLToPath(new URL('../../node_modules/electron/', import.meta.url))
  const folder = join(electron, 'dist')
  const loader = join(folder, 'libvulkan.so.1')
  const driver = join(folder, 'vk_swiftshader_icd.json')
  for (const file of [loader, driver, join(folder, 'libvk_swiftshader.so')]) {
    if (!existsSync(file)) {
      throw new Error(
        `The software Vulkan device is missing: Electron's folder holds no ${file.slice(folder.length + 1)}.`
      )
    }
  }
  // A folder of its own, so that no other library of Electron's comes along.
  const libraries = mkdtempSync(join(tmpdir(), 'saliscope-vulkan-'))
  symlinkSync(loader, join(libraries, 'libvulkan.so.1'))
  return { LD_LIBRARY_PATH: libraries, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver }
}

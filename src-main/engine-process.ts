import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine } from '@engine/engine'
import { decodeInWorkers } from '@engine/formats/decode-pool'
import { scoreInWorkers } from '@engine/metrics/scoring-pool'
import { drawInWorkers } from '@engine/readers/drawing/drawing-pool'
import { cudaEnvironment, findCudaFolder } from '@engine/runtime/cuda-folder'
import { serve } from '@engine/serve'
import { linkToMain } from './shell/engine-link'

const workerFile = fileURLToPath(new URL('pool-worker.js', import.meta.url))
for (const work of [decodeInWorkers, drawInWorkers, scoreInWorkers]) work(workerFile)

void linkToMain(process.parentPort).then((main) => {
  const cudaFolder = findCudaFolder(main.start.workspaceFolder)
  const engine = createEngine({
    spawn: () => main.spawnInference(cudaEnvironment(cudaFolder)),
    sampleFolder: join(main.start.resourcesFolder, 'sample'),
    workspaceFolder: main.start.workspaceFolder,
    resolveGrant: main.pathOf,
    version: main.start.version,
    threads: Math.min(availableParallelism(), 8),
    printPdf: main.printPdf,
    cudaFolder
  })

  engine.onBusy((jobs) => main.tellBusy(jobs))
  main.onPage((page) => serve(engine, page))
})

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine } from '@engine/engine'
import { decodeInWorkers } from '@engine/formats/decode-pool'
import { serve } from '@engine/serve'
import { linkToMain } from './shell/engine-link'

decodeInWorkers(fileURLToPath(new URL('pool-worker.js', import.meta.url)))

void linkToMain(process.parentPort).then((main) => {
  const engine = createEngine({
    spawn: main.spawnInference,
    sampleFolder: join(main.start.resourcesFolder, 'sample'),
    workspaceFolder: main.start.workspaceFolder,
    resolveGrant: main.pathOf,
    version: main.start.version,
    threads: Math.min(availableParallelism(), 8)
  })

  main.onPage((page) => serve(engine, page))
})

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '@engine/engine'
import { serve } from '@engine/serve'
import { linkToMain } from './shell/engine-link'

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

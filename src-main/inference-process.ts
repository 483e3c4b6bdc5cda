import type { InferencePort } from '@engine/runtime/inference-server'
import { serveInference } from '@engine/runtime/inference-server'

/** Under plain Node the parent is the wire; in the app main sends a port that leads to the engine. */
function serveNodeParent(): void {
  serveInference({
    post: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', listener)
  })
  process.once('disconnect', () => process.exit(0))
}

function servePort(port: Electron.MessagePortMain): void {
  const wire: InferencePort = {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', (event) => listener(event.data))
  }
  serveInference(wire)
  port.start()
}

if (process.parentPort === undefined) serveNodeParent()
else process.parentPort.once('message', ({ ports }) => ports.slice(0, 1).forEach(servePort))

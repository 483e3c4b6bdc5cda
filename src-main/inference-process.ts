import { serveInference, type InferencePort } from '@engine/runtime/inference-server'

/** The part of Electron's `process.parentPort` that is used; plain Node has none. */
interface ParentPort {
  once(event: 'message', listener: (event: { data: { kind: string }; ports: MessagePortMain[] }) => void): void
}
interface MessagePortMain {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  start(): void
}

const { parentPort } = process as unknown as { parentPort?: ParentPort }

if (parentPort !== undefined) {
  parentPort.once('message', ({ ports: [port] }) => serveInference(brokered(port)))
} else {
  process.on('disconnect', () => process.exit(0))
  serveInference({
    post: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', listener)
  })
}

function brokered(port: MessagePortMain): InferencePort {
  port.start()
  return { post: (message) => port.postMessage(message), onMessage: (listener) => void port.on('message', ({ data }) => listener(data)) }
}

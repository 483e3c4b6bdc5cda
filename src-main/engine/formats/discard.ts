import { MessageChannel } from 'node:worker_threads'

/** A port without a partner: what is transferred to it is gone. */
const nowhere = closedPort()

/** Smaller buffers are left to the garbage collector. */
const worthwhileBytes = 2 ** 16

/**
 * Gives the memory behind an array back at once. Hundreds of slices pass through when a volume is read; the garbage
 * collector, which sees only their small handles, would let half a volume pile up. The array is empty afterwards.
 */
export function discard(array: ArrayBufferView): void {
  const { buffer } = array
  // Small Buffers share one block with others, and a small part of a buffer is not the whole of it.
  if (!(buffer instanceof ArrayBuffer) || array.byteLength < worthwhileBytes) return
  if (array.byteLength < buffer.byteLength / 2) return
  try {
    nowhere.postMessage(null, [buffer])
  } catch {
    // A buffer that must not be moved stays for the garbage collector.
  }
}

function closedPort(): { postMessage(value: unknown, transfer: ArrayBuffer[]): void } {
  const { port1, port2 } = new MessageChannel()
  port2.close()
  port1.unref()
  return port1
}

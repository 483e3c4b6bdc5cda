import { Piscina } from 'piscina'
import decodeTask, { transferables, type DecodeAnswer, type DecodeRequest } from '@engine/formats/decode-task'
import { factsHere, type FactsRequest } from '@engine/formats/study/facts-task'

/** Entry of the worker threads that read headers and decode files; an empty request only proves that the thread is up. */
export default async function work(request: DecodeRequest | FactsRequest | null): Promise<unknown> {
  if (request === null) return null
  return 'headersOf' in request ? factsHere(request.headersOf) : handedOver(await decodeTask(request))
}

/** An answer whose buffers go to the engine without a copy. */
function handedOver(answer: DecodeAnswer): unknown {
  return Piscina.move({
    get [Piscina.transferableSymbol]() {
      return transferables(answer)
    },
    get [Piscina.valueSymbol]() {
      return answer
    }
  } as never)
}

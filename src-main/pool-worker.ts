import { Piscina } from 'piscina'
import decodeTask, { transferables, type DecodeAnswer, type DecodeRequest } from '@engine/formats/decode-task'
import { drawnTask, type DrawnRequest } from '@engine/readers/drawing/drawing-pool'
import '@engine/criteria/similarities'
import '@engine/metrics/perturbation/imputed-input'
import '@engine/metrics/ssim-work'
import { scoredHere, type ScoringRequest } from '@engine/metrics/scoring-work'
import { factsHere, type FactsRequest } from '@engine/formats/study/facts-task'

/**
 * Entry of the worker threads that read headers, decode files, score maps and work on labelmaps; an empty request only proves that the
 * thread is up.
 */
export default async function work(
  request: DecodeRequest | FactsRequest | DrawnRequest | ScoringRequest | null
): Promise<unknown> {
  if (request === null) return null
  if ('drawn' in request) return drawnTask(request)
  if ('scoring' in request) return scoredHere(request)
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

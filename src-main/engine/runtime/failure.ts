import { Fault } from '@engine/fault'
import type { Answer, Blame } from '@engine/runtime/process-life'

const memoryPattern = /failed to allocate|bad.?alloc|out of memory|not enough memory|allocation.*fail/i
const pathPattern = /(?:[A-Za-z]:)?[\\/][^\s"']*[\\/]([^\s"'\\/]+)/g

/** What ONNX Runtime said no to, as a fault: its own sentence shortened, paths reduced to file names. */
export function refusal(action: 'load' | 'run', model: string, answer: Answer): Fault {
  const text = answer.kind === 'failed' ? shorten(answer.text) : `unexpected answer ${answer.kind}`
  if (memoryPattern.test(text)) {
    return new Fault('out-of-memory', `There is not enough memory to ${action} ${model}: ${text}`, {
      subject: model,
      hint: 'Use smaller batches or a smaller image.'
    })
  }
  if (action === 'load') {
    return new Fault('bad-model', `ONNX Runtime cannot load ${model}: ${text}`, {
      subject: model,
      hint: 'Export the model again and check it with another ONNX tool.'
    })
  }
  return new Fault('inference-failed', `ONNX Runtime stopped while running ${model}: ${text}`, {
    subject: model,
    hint: 'Check that the input has the size and type the model expects.'
  })
}

/** The watchdog's fault. */
export function overTime(model: string, seconds: number): Fault {
  return new Fault('inference-timeout', `One run of ${model} took longer than ${seconds} s and was stopped.`, {
    subject: model,
    hint: 'Raise the time limit, or use a smaller image or smaller batches.'
  })
}

/** The fault after a crash that a restart did not help. */
export function repeatedCrash(model: string, outcome: { readonly reason: string; readonly blame: Blame }): Fault {
  if (outcome.blame === 'certain') {
    return new Fault('out-of-memory', `The computation of ${model} ${outcome.reason} and was ended.`, {
      subject: model,
      hint: 'Use smaller batches, a smaller image, or raise the memory limit.'
    })
  }
  return new Fault('inference-failed', `The computation of ${model} ${outcome.reason}, also after a restart.`, {
    subject: model,
    hint: 'Use smaller batches or a smaller image, or another model; nothing else is affected.'
  })
}

/** ONNX Runtime puts its source file and stack before the sentence, and full paths into it. */
export function shorten(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const sentence = (lines[0] ?? 'no reason given')
    .replace(/^.*?\b(?:INVALID_\w+|FAIL|RUNTIME_EXCEPTION|NO_SUCHFILE|NOT_IMPLEMENTED|INVALID_GRAPH)\s*:\s*/, '')
    // A failed check is put as "file:line function condition was false. sentence".
    .replace(/^.*\bwas false\.\s*/, '')
    // CUDA's own errors follow a function signature: "… [with ERRTYPE = …] file:line … CUDA failure 2: out of memory ; GPU=0 …".
    .replace(/^.*?\b((?:CUDA|CUBLAS|CUDNN|CUFFT|CURAND)\w* failure \d+: [^;]*?)\s*;.*$/, '$1')
    .replace(pathPattern, '$1')
    .trim()
  return sentence.length > 400 ? `${sentence.slice(0, 400)}…` : sentence
}

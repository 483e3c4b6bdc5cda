import { session } from './session.svelte'

const CHANNEL = 'saliscope.case'

/** The case a second window was opened with; null for the first window. */
export function caseOfAddress(hash: string): string | null {
  const match = /^#case=(.+)$/u.exec(hash)

  return match === null ? null : decodeURIComponent(match[1])
}

/** Keeps the windows at the same case: whoever turns to another tells the rest. Returns the function that stops it. */
export function followCase(): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  let heard: string | null = null
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'string' || !session.cases.some((one) => one.caseId === data)) return
    heard = data
    session.currentCaseId = data
  }
  const stop = $effect.root(() => {
    $effect(() => {
      const { currentCaseId } = session
      // What came from another window is not sent back.
      if (currentCaseId !== null && currentCaseId !== heard) channel.postMessage(currentCaseId)
      heard = null
    })
  })

  return () => {
    stop()
    channel.close()
  }
}

import { untrack } from 'svelte'
import { clearPage } from './absence'
import { atReading } from './at-reading.svelte'
import { profiles } from './profiles.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'

/**
 * A reader is shown no labels, models or maps: what another role had on the page goes, and what may be seen is asked for anew, in
 * both directions. Returns the function that stops it.
 */
export function followRole(): () => void {
  let before: boolean | null = null

  return $effect.root(() => {
    $effect(() => {
      const { current } = profiles
      if (current === null) return
      const isReader = current.role === 'reader'
      const changed = before !== null && before !== isReader
      before = isReader
      if (!changed || untrack(() => atReading.open !== null)) return
      untrack(() => {
        if (isReader && shell.screen === 'report') shell.show('view')
        // The case on the screen stays the same one.
        const { currentCaseId } = session
        clearPage()
        void session.start(currentCaseId)
      })
    })
  })
}

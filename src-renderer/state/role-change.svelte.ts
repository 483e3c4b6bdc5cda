import { untrack } from 'svelte'
import { clearPage, fillPage } from './absence'
import { atReading } from './at-reading.svelte'
import { words } from './catalogue'
import { profiles } from './profiles.svelte'
import { readers } from './readers.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'

/**
 * Whose eyes the page is for: organisers and researchers see the same, each reader the own outlines. Before somebody has said
 * who works here it is for nobody.
 */
function seenAs(): string {
  const { current } = profiles
  if (current === null) return 'nobody'

  return current.role === 'reader' ? `reader ${current.profile}` : 'all'
}

/**
 * A reader is shown no labels, models, maps or reports, and no other reader's outlines: what somebody else had on the page goes, and
 * what may be seen is asked for anew. Nothing is asked for until somebody is chosen. `wanted`: the case to begin with.
 * Returns what is to be called whenever who works here, or what is read, may have changed.
 */
export function pageOfRole(wanted: string | null = null): () => void {
  let before: string | null = null
  /** The case on the screen stays the same one. */
  let shown = wanted

  return () => {
    // A reading says itself what is on the page; a change of who works here counts once it is left.
    if (!profiles.known || atReading.open !== null || atReading.gated) return
    const now = seenAs()
    const changed = before !== null && before !== now
    before = now
    untrack(() => {
      shell.close(profiles.role === 'reader' ? ['report'] : [], words.noReports)
      if (!changed) return
      shown = session.currentCaseId ?? shown
      clearPage()
      readers.forget()
      if (profiles.current !== null) fillPage(shown)
    })
  }
}

/** Keeps the page to what may be seen by whoever works here; returns the function that stops it. */
export const followRole = (wanted: string | null = null): (() => void) => {
  const page = pageOfRole(wanted)

  return $effect.root(() => {
    $effect(page)
  })
}

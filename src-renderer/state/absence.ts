import { beside } from './beside.svelte'
import { help } from './help.svelte'
import { jobs } from './jobs.svelte'
import { maps } from './maps.svelte'
import { reports } from './report.svelte'
import { session } from './session.svelte'
import { sheet } from './sheet.svelte'
import { shell } from './shell.svelte'
import { studies } from './studies.svelte'
import { viewer } from './viewer.svelte'

/**
 * Takes everything off the page that a blinded reader must not find on it: cases with their labels, models, maps, reports,
 * jobs, notices. The engine answers nothing of it until the reading is left; then `fillPage` asks anew.
 */
export function clearPage(): void {
  session.cases = []
  session.models = []
  session.problems = []
  session.currentCaseId = null
  session.currentModelId = null
  session.cardModelId = null
  studies.selected.clear()
  studies.filter = ''
  studies.sorting = null
  studies.refusedOpen = false
  void maps.openCase(null)
  jobs.list = []
  viewer.close()
  reports.forget()
  sheet.forget()
  beside.close()
  help.close()
  shell.clear()
}

/** Asks for everything that `clearPage` took away and that may be seen now; `wanted`: the case to show. */
export function fillPage(wanted: string | null = null): void {
  void session.start(wanted)
  void reports.refresh()
  jobs.refresh()
}

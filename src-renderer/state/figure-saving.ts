import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import { figurePng, type Figure } from '../viewport/figure'
import { shell } from './shell.svelte'

/** Asks for a folder and writes a figure into it; answers with the file's name, or null when nothing was written. */
export async function saveFigure(figure: Figure, name: string): Promise<string | null> {
  const folder = await windowShell()?.chooseFolder({ purpose: 'figures' })
  if (!folder) return null
  shell.saved = 'saving'
  try {
    const png = await figurePng(figure)
    const { files } = await call('figure.save', { grant: folder.grant, name, png })
    shell.saved = 'saved'

    return files[0] ?? null
  } catch (thrown) {
    const fault = toFaultReport(thrown)
    shell.saved = { failed: fault.message }
    shell.report(fault)

    return null
  }
}

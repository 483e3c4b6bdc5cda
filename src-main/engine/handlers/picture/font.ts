import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GlobalFonts } from '@napi-rs/canvas'

let registered = false

/** Inter is bundled; without the file the system's sans serif is used. */
export function registerFont(): void {
  if (registered) return
  registered = true
  const here = dirname(fileURLToPath(import.meta.url))
  const places = ['..', '../..', '../../..', '../../../..', '../../../../..'].map((up) =>
    join(here, up, 'resources/fonts/inter.woff2')
  )
  const found = places.find((place) => existsSync(place))
  if (found !== undefined) GlobalFonts.registerFromPath(found, 'Inter')
}

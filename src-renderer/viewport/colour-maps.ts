import cividis from '../../resources/colour-maps/cividis.json'
import grey from '../../resources/colour-maps/grey.json'
import hot from '../../resources/colour-maps/hot.json'
import inferno from '../../resources/colour-maps/inferno.json'
import orangeBlue from '../../resources/colour-maps/orange-blue.json'
import plasma from '../../resources/colour-maps/plasma.json'
import { TABLE_SIZE, type ColourTable } from './blend'

export type ColourMapId = 'inferno' | 'plasma' | 'hot' | 'cividis' | 'grey' | 'orange-blue'

export interface ColourMap {
  readonly id: ColourMapId
  readonly title: string
  readonly kind: 'sequential' | 'signed'
  readonly table: ColourTable
}

interface ColourMapFile {
  id: string
  title: string
  kind: string
  colours: string[]
}

function parse(file: ColourMapFile): ColourMap {
  const table = new Uint8Array(3 * TABLE_SIZE)
  file.colours.forEach((hex, row) => {
    for (let channel = 0; channel < 3; channel++) {
      table[3 * row + channel] = Number.parseInt(hex.slice(2 * channel, 2 * channel + 2), 16)
    }
  })

  return {
    id: file.id as ColourMapId,
    title: file.title,
    kind: file.kind === 'signed' ? 'signed' : 'sequential',
    table
  }
}

/** In the order of the key K; the first is the default. */
export const sequentialMaps: readonly ColourMap[] = [inferno, plasma, hot, cividis, grey].map(parse)

/** Zero is transparent, both signs equally light. */
export const signedMap: ColourMap = parse(orangeBlue)

/** The map of this name, or the default. */
export function colourMapOf(id: ColourMapId): ColourMap {
  return [...sequentialMaps, signedMap].find((map) => map.id === id) ?? sequentialMaps[0]
}

/** CSS colour of a row of the table. */
export function cssColour(table: ColourTable, row: number): string {
  return `rgb(${table[3 * row]} ${table[3 * row + 1]} ${table[3 * row + 2]})`
}

/** CSS gradient from the lowest to the highest colour, for a swatch. */
export function cssGradient(map: ColourMap): string {
  const stops = Array.from({ length: 9 }, (_, step) => cssColour(map.table, Math.round((step * (TABLE_SIZE - 1)) / 8)))

  return `linear-gradient(90deg, ${stops.join(', ')})`
}

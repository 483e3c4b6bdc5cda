import inferno from '../../../../resources/colour-maps/inferno.json'
import orangeBlue from '../../../../resources/colour-maps/orange-blue.json'

/** Colours from the low to the high end, as [red, green, blue] of 0…255. */
export type ColourTable = readonly (readonly [number, number, number])[]

/** The default map of magnitudes: dark where there is little. */
export const magnitudeColours: ColourTable = tableOf(inferno.colours)

/** The map of signed values: orange for, blue against. */
export const signedColours: ColourTable = tableOf(orangeBlue.colours)

/** The colour of a value already scaled to 0…1. */
export function colourAt(table: ColourTable, value: number): readonly [number, number, number] {
  const clamped = Math.min(1, Math.max(0, value))
  return table[Math.min(table.length - 1, Math.floor(clamped * table.length))]
}

/** A table from colours as "rrggbb". */
export function tableOf(colours: readonly string[]): ColourTable {
  return colours.map((hex) => [
    parseInt(hex.slice(0, 2), 16),
    parseInt(hex.slice(2, 4), 16),
    parseInt(hex.slice(4, 6), 16)
  ])
}

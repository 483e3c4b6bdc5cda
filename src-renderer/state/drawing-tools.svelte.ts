import type { ValueBand } from '@shared/drawing/value-band'

export const toolIds = [
  'brush',
  'ball',
  'eraser',
  'freehand',
  'polygon',
  'rectangle',
  'ellipse',
  'box',
  'grow'
] as const
export type ToolId = (typeof toolIds)[number]

/** Switches of how tools paint, and the tools they change anything for. */
const switchTools = {
  adaptive: ['brush', 'ball'],
  ranged: toolIds.filter((id) => id !== 'box'),
  replaceOthers: toolIds.filter((id) => id !== 'box'),
  snap: ['freehand', 'polygon', 'rectangle', 'ellipse', 'box']
} as const satisfies Record<string, readonly ToolId[]>
export type ToolSwitch = keyof typeof switchTools

/** Sizes a brush goes through with [ and ]. */
const STEP = 1.25
const FINE = 1.05
const SMALLEST = 0.2
const LARGEST = 200

/** The tool in the hand and how it paints; the same for every case. */
class Tools {
  tool = $state<ToolId>('brush')
  /** Diameter in millimetres, in pixels where the image has no scale. */
  size = $state(6)
  adaptive = $state(false)
  /** Paint only between two values. */
  ranged = $state(false)
  /** In the unit that values are read off in. */
  range = $state.raw<ValueBand | null>(null)
  replaceOthers = $state(false)
  snap = $state(false)
  /** Growing stays on the slice. */
  inSlice = $state(false)
  /** Half the width of the band that growing takes, in the unit that values are read off in; null: as the surroundings of the seed say. */
  tolerance = $state<number | null>(null)
  /** The arrow keys move the drawing cursor. */
  arrows = $state(false)
  /** Fill of a segment inside its outline, 0…1. */
  #fill = $state(0.18)

  get fill(): number {
    return this.#fill
  }
  set fill(value: number) {
    this.#fill = Math.round(100 * Math.min(1, Math.max(0, value))) / 100
  }

  choose(tool: ToolId): void {
    this.tool = tool
  }

  resize(by: 'smaller' | 'larger', fine: boolean): void {
    const factor = fine ? FINE : STEP
    const next = by === 'larger' ? this.size * factor : this.size / factor
    this.size = Number(Math.min(LARGEST, Math.max(SMALLEST, next)).toPrecision(3))
  }

  /** The switch changes something for the tool in the hand. */
  heeds(id: ToolSwitch): boolean {
    return (switchTools[id] as readonly ToolId[]).includes(this.tool)
  }

  get paints(): boolean {
    return this.tool === 'brush' || this.tool === 'ball' || this.tool === 'eraser'
  }
}

export const tools = new Tools()

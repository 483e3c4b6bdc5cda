import type { DrawingEntry } from '@shared/drawing'
import { nothing } from '@shared/drawing/patch'
import { lowerOf, upperOf } from '../viewport/grey-window'
import { unturnedVector } from '../viewport/turn'
import { readWords } from './catalogue-read'
import { checkpoints } from './checkpoints.svelte'
import { cursorKeys } from './cursor-keys'
import { change, changeIds } from './drawing-change.svelte'
import { hand } from './drawing-hand.svelte'
import { naming } from './drawing-segments.svelte'
import { RunningStroke } from './drawing-stroke'
import { tools, toolIds, type ToolId, type ToolSwitch } from './drawing-tools.svelte'
import { drawing } from './drawing.svelte'
import { registerKeys, setCursorKeys, type KeyBindings } from './keys.svelte'
import { overlay } from './overlay.svelte'
import { ownKeys } from './own-keys.svelte'
import { reading } from './reading.svelte'
import { shownMap } from './revealed-map.svelte'
import { shell } from './shell.svelte'
import { viewer } from './viewer.svelte'

/** The next slice with something drawn, in the order of the slices; stops at both ends. */
export function goToOutlined(by: 1 | -1): void {
  const drawn = drawing.segments.flatMap((one) => [
    ...drawing.planes(one.segment).touched,
    ...(one.boxes ?? []).map(({ slice }) => slice)
  ])
  const ahead = drawn.filter((slice) => (by > 0 ? slice > viewer.slice : slice < viewer.slice))
  if (ahead.length > 0) viewer.goTo(by > 0 ? Math.min(...ahead) : Math.max(...ahead))
}

/** Adds what the segment has on this slice to the next one, and goes there. */
export function copySlice(by: 1 | -1): void {
  const [grid, segment] = [drawing.grid, drawing.activeId]
  const to = viewer.slice + by
  if (!drawing.mayStroke || grid === null || segment === null || to < 0 || to >= grid.slices) return
  const bits = drawing.planes(segment).bits(viewer.slice)
  const running = new RunningStroke(segment, true, tools.replaceOthers)
  running.add(to, bits === null ? nothing : { x: 0, y: 0, width: grid.columns, height: grid.rows, bits: bits.slice() })
  running.finish({ tool: tools.tool, slice: to, name: () => readWords.names.copy(to) })
  viewer.goTo(to)
}

export function clearSlice(): void {
  const [grid, segment] = [drawing.grid, drawing.activeId]
  const { slice } = viewer
  const bits = segment === null ? null : drawing.planes(segment).bits(slice)
  if (!drawing.mayStroke || grid === null || segment === null || bits === null) return
  const running = new RunningStroke(segment, false, false)
  running.add(slice, { x: 0, y: 0, width: grid.columns, height: grid.rows, bits: bits.slice() })
  running.finish({ tool: tools.tool, slice, name: () => readWords.names.clear(slice) })
}

/** Undo and redo go back to the slice and the tool of the action; the segment stays chosen. */
export async function undo(): Promise<void> {
  if (hand.cancel() || reading.isBetween() || reading.back()) return
  goBackTo(await drawing.undo())
}

export async function redo(): Promise<void> {
  if (reading.isBetween()) return
  goBackTo(await drawing.redo())
}

/** Shows the slice of an action and takes its tool. */
export function goBackTo(entry: DrawingEntry | null): void {
  if (entry === null) return
  if (entry.slice !== null) viewer.goTo(entry.slice)
  const tool = toolIds.find((id) => id === entry.tool)
  if (tool !== undefined) chooseTool(tool)
}

/** Says that the case is done; corners that were put and not closed would be lost with it. */
export function finishCase(): void {
  if (hand.shape === null) void reading.done()
  else reading.missing = readWords.shapeOpen(ownKeys.cap('close-shape'), ownKeys.cap('step-back'))
}

/** The value range starts with what the window shows. */
export function toggleRange(): void {
  const { factor } = viewer.readIn
  tools.ranged = !tools.ranged
  if (tools.ranged && tools.range === null)
    tools.range = { low: factor * lowerOf(viewer.window), high: factor * upperOf(viewer.window) }
}

/** What was last said of the tool in the hand. */
let toldOfTool: string | null = null

function tell(ofTool: string): void {
  toldOfTool = ofTool
  shell.say(ofTool)
}

/** Takes a tool; what was said of the one before goes with it. */
export function chooseTool(id: ToolId): void {
  if (shell.sentence === toldOfTool) shell.sentence = null
  toldOfTool = null
  tools.choose(id)
}

/** Turns a switch over by its key; where the tool in the hand does not heed it, nothing on the screen would tell. */
function toggle(id: ToolSwitch): void {
  if (id === 'ranged') toggleRange()
  else tools[id] = !tools[id]
  if (!tools.heeds(id)) tell(readWords.switched(id, tools[id], readWords.tools[tools.tool]))
}

export function setArrows(on: boolean): void {
  tools.arrows = on
  setCursorKeys(on)
  if (on) hand.step({ x: 0, y: 0 })
  else hand.at = null
}

function stepBack(): void {
  if (naming.segment !== null || naming.adding) naming.close()
  else if (reading.commenting) reading.commenting = false
  else if (hand.cancel()) return
  else if (change.asked !== null) change.asked = null
  else if (tools.arrows) setArrows(false)
  else chooseTool('brush')
}

function pointHere(): void {
  if (hand.at !== null) hand.point(hand.at)
}

const opacity = (by: number) => (): void => {
  if (shownMap.map === null) tools.fill += by
  else overlay.opacity += by
}
const size = (by: 'smaller' | 'larger', fine: boolean) => (): void => {
  tools.resize(by, fine)
  const unit = drawing.scaled ? readWords.change.mm : readWords.change.pixels
  if (!tools.paints) tell(readWords.sized(`${tools.size} ${unit}`, readWords.tools[tools.tool]))
}

const toolKeys = Object.fromEntries(toolIds.map((id) => [`tool-${id}`, () => chooseTool(id)]))
const changeKeys = Object.fromEntries(changeIds.map((id) => [id, () => change.choose(id)]))

/** Which tool, which segment, how it paints. */
const toolBindings: KeyBindings<'read'> = {
  ...toolKeys,
  ...changeKeys,
  'segment-choose': ({ digit }) => {
    if (reading.isBetween()) return
    const segment = drawing.segments[(digit ?? 1) - 1]
    if (segment !== undefined) drawing.activeId = segment.segment
  },
  'brush-smaller': size('smaller', false),
  'brush-larger': size('larger', false),
  'brush-smaller-fine': size('smaller', true),
  'brush-larger-fine': size('larger', true),
  adaptive: () => toggle('adaptive'),
  'paint-range': () => toggle('ranged'),
  'snap-points': () => toggle('snap'),
  'replace-others': () => toggle('replaceOthers'),
  'add-segment': () => (naming.adding = true),
  'rename-segment': () => naming.rename(drawing.activeId),
  'arrow-cursor': () => setArrows(!tools.arrows)
}

/** Slices, unfinished shapes, history, and what is said of the case. */
const caseBindings: KeyBindings<'read'> = {
  'outlined-previous': () => goToOutlined(-1),
  'outlined-next': () => goToOutlined(1),
  'copy-previous': () => copySlice(-1),
  'copy-next': () => copySlice(1),
  'clear-slice': clearSlice,
  'last-point': () => hand.lastPoint(),
  'close-shape': () => hand.close(),
  'no-finding': () => void reading.change({ noFinding: !reading.note.noFinding }),
  certainty: ({ digit }) => reading.sure(digit ?? 3),
  flag: () => void reading.change({ flagged: !reading.note.flagged }),
  comment: () => (reading.commenting = !reading.commenting),
  'case-done': finishCase,
  'name-checkpoint': () => checkpoints.begin(),
  'step-back': stepBack
}

/** The arrows point as the screen shows the image, however it is turned. */
const cursorBindings = cursorKeys((by) => hand.step(unturnedVector(viewer.turn, by)), pointHere)

/** Keys of the Read screen. Returns the function that takes them back. */
export function registerReadKeys(): () => void {
  const stops = [
    registerKeys('read', { ...toolBindings, ...caseBindings }),
    registerKeys('cursor', cursorBindings),
    registerKeys('everywhere', { undo: () => void undo(), redo: () => void redo() }),
    // What Space hides here is the map where a study shows one, else the drawing: its opacity is the fill inside the outline.
    registerKeys('image', {
      'opacity-less': opacity(-0.05),
      'opacity-more': opacity(0.05),
      'opacity-less-fine': opacity(-0.01),
      'opacity-more-fine': opacity(0.01)
    }),
    registerKeys('cases', {
      'case-next': () => reading.step(1),
      'case-previous': () => reading.step(-1)
    })
  ]

  return () => {
    setArrows(false)
    hand.cancel()
    stops.forEach((stop) => stop())
  }
}

import { standardTurn } from '../viewport/standard-turn'
import { UPRIGHT, type EdgeLetters, type Turn } from '../viewport/turn'
import { settings } from './settings.svelte'

/** How slices of a volume are shown wherever they appear, unless the reader turns them; a single picture stays as it was stored. */
export const usualTurn = (letters: EdgeLetters, slices: number): Turn =>
  slices === 1 ? UPRIGHT : standardTurn(letters, settings.sides)

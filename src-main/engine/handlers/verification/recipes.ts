import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { type Job, throwIfCancelled } from '@engine/job'
import { hashFile } from '../recipe'
import type { VerifiedKind } from './kind'

const recipeName = 'recipe.json'

/** A name beside the recipe or below it, never above. */
const Below = v.pipe(v.string(), v.regex(/^(?![/\\])(?!.*\.\.)(?!.*:)/))
const Listed = v.object({ file: Below, sha256: v.string() })
/** The recipe of a raw run calls its files `name`. */
const Named = v.pipe(
  v.object({ name: Below, sha256: v.string() }),
  v.transform(({ name, sha256 }) => ({ file: name, sha256 }))
)
const Recipe = v.union([
  v.pipe(
    v.object({ maps: v.array(v.object({ files: v.array(Listed) })) }),
    v.transform(({ maps }) => maps.flatMap(({ files }) => files))
  ),
  v.pipe(
    v.object({ files: v.array(v.union([Listed, Named])) }),
    v.transform(({ files }) => files)
  )
])

/** A folder of maps: every file that the recipes in it list, against its SHA-256. */
export const recipesKind: VerifiedKind = {
  id: 'recipes',
  matches: (path) => recipesBelow(path).length > 0,

  async verify(path, job) {
    const recipes = recipesBelow(path)
    const root = basename(path) === recipeName ? dirname(path) : path
    const problems: string[] = []
    const remarks: string[] = []
    let files = 0
    for (const [index, recipe] of recipes.entries()) {
      job.progress('recipes', index, recipes.length)
      const found = await verifyRecipe(recipe, root, job)
      problems.push(...found.problems)
      remarks.push(...found.remarks)
      files += found.files
    }
    const checked = `${files} files of ${recipes.length} recipes.`
    return { kind: 'recipes', whole: problems.length === 0, checked, problems, remarks }
  }
}

async function verifyRecipe(
  path: string,
  root: string,
  job: Job
): Promise<{ files: number; problems: string[]; remarks: string[] }> {
  const folder = dirname(path)
  const shown = (name: string): string => relative(root, join(folder, name)) || name
  const listed = readRecipe(path)
  if (listed === null) return { files: 0, problems: [`${shown(recipeName)} cannot be read as a recipe.`], remarks: [] }
  const problems: string[] = []
  for (const { file, sha256 } of listed) {
    throwIfCancelled(job)
    const at = join(folder, file)
    if (!existsSync(at)) problems.push(`${shown(file)} is missing.`)
    else if ((await hashFile(at)) !== sha256) problems.push(`${shown(file)} was changed after it was written.`)
  }
  const names = new Set([recipeName, ...listed.map(({ file }) => file)])
  const others = ownFiles(folder).filter((name) => !names.has(name))
  const remarks = others.map((name) => `${shown(name)} is in no recipe: nothing is known of it.`)
  return { files: listed.length, problems, remarks }
}

/** Files of a folder and of those below it that have no recipe of their own, by their names from here. */
function ownFiles(folder: string, below = ''): string[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true })
  if (below !== '' && entries.some(({ name }) => name === recipeName)) return []
  return entries.flatMap((entry) => {
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) return ownFiles(folder, name)
    return entry.isFile() ? [name] : []
  })
}

/** What a recipe lists; null when it is none of ours. */
function readRecipe(path: string): v.InferOutput<typeof Recipe> | null {
  try {
    return v.parse(Recipe, JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

function recipesBelow(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined)
    throw new Fault('not-found', `There is nothing at "${basename(path)}".`, { subject: basename(path) })
  if (!stat.isDirectory()) return basename(path) === recipeName ? [path] : []
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === recipeName)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

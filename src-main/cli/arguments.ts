import { Fault } from '@engine/fault'

/** What a command takes: flags without a value, options with one, options that may be given several times or take many values. */
export interface ArgumentRules {
  readonly flags?: readonly string[]
  readonly options?: readonly string[]
  /** Every value up to the next option belongs to it: `--input a.dcm b.dcm`. */
  readonly lists?: readonly string[]
  /** Names of the free arguments, for the usage line; a name ending in `…` takes all that is left. */
  readonly positional?: readonly string[]
}

export interface Arguments {
  readonly positional: readonly string[]
  flag(name: string): boolean
  option(name: string): string | undefined
  list(name: string): readonly string[]
}

/**
 * Reads an argument list. Options may be written `--name value` or `--name=value`; `--` ends the options.
 * Throws Fault `usage` on an unknown option, a missing value, or a free argument too many.
 */
export function parseArguments(argv: readonly string[], rules: ArgumentRules): Arguments {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  const positional = end < 0 ? [] : [...argv.slice(end + 1)]
  const values = new Map<string, string[]>()
  let list: string[] | null = null

  for (let i = 0; i < options.length; i++) {
    const argument = options[i]
    if (!argument.startsWith('--')) {
      ;(list ?? positional).push(argument)
      continue
    }
    const [name, attached] = splitOption(argument)
    const kind = kindOf(name, attached, rules)
    list = null
    if (kind === 'option') values.set(name, [valueOf(name, attached ?? options[++i])])
    else
      values.set(
        name,
        kind === 'flag' ? [] : [...(values.get(name) ?? []), ...(attached === undefined ? [] : [attached])]
      )
    if (kind === 'list') list = values.get(name) ?? null
  }
  checkPositional(positional, rules)
  return {
    positional,
    flag: (name) => values.has(name),
    option: (name) => values.get(name)?.[0],
    list: (name) => values.get(name) ?? []
  }
}

function kindOf(name: string, attached: string | undefined, rules: ArgumentRules): 'flag' | 'option' | 'list' {
  if (rules.flags?.includes(name)) {
    if (attached !== undefined) throw new Fault('usage', `--${name} takes no value.`)
    return 'flag'
  }
  if (rules.options?.includes(name)) return 'option'
  if (rules.lists?.includes(name)) return 'list'
  throw new Fault('usage', `There is no option --${name}.`, { hint: knownOptions(rules) })
}

function valueOf(name: string, value: string | undefined): string {
  if (value === undefined) throw new Fault('usage', `--${name} needs a value.`)
  return value
}

/** The value of an option that must be there. Throws Fault `usage`. */
export function required(args: Arguments, name: string): string {
  const value = args.option(name)
  if (value === undefined || value === '') throw new Fault('usage', `--${name} is missing.`)
  return value
}

/** A whole number, or the default. Throws Fault `usage`. */
export function wholeNumber(args: Arguments, name: string, preset: number): number {
  const text = args.option(name)
  if (text === undefined) return preset
  if (!/^-?\d+$/.test(text)) throw new Fault('usage', `--${name} takes a whole number, not "${text}".`)
  return Number(text)
}

/** One of a few words, or the first of them. Throws Fault `usage`. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  args: Arguments,
  name: string,
  words: Words
): Words[number] {
  const text = args.option(name) ?? words[0]
  if (!words.includes(text)) throw new Fault('usage', `--${name} takes ${words.join(', ')}; not "${text}".`)
  return text
}

function splitOption(argument: string): [string, string | undefined] {
  const equals = argument.indexOf('=')
  return equals < 0 ? [argument.slice(2), undefined] : [argument.slice(2, equals), argument.slice(equals + 1)]
}

function checkPositional(positional: readonly string[], rules: ArgumentRules): void {
  const names = rules.positional ?? []
  const open = names.at(-1)?.endsWith('…') ?? false
  if (positional.length > names.length && !open) {
    throw new Fault('usage', `"${positional[names.length]}" is one argument too many.`, { hint: knownOptions(rules) })
  }
}

function knownOptions(rules: ArgumentRules): string {
  const all = [...(rules.options ?? []), ...(rules.lists ?? []), ...(rules.flags ?? [])].map((name) => `--${name}`)
  return all.length === 0 ? 'This command takes no options.' : `It takes ${all.join(', ')}.`
}

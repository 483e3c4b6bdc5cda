import * as v from 'valibot'
import { command } from './command'

/**
 * What a profile has in the hands: its keys, its mouse, how it looks at images of each modality. Kept with the profile in the
 * workspace, so that readers of one computer each have their own, and so that they travel with it.
 */
const Word = v.pipe(v.string(), v.minLength(1), v.maxLength(64))
const Finite = v.pipe(v.number(), v.finite())
const few = <K extends v.GenericSchema<string>, T extends v.GenericSchema>(key: K, value: T, most: number) =>
  v.pipe(
    v.record(key, value),
    v.check((record) => Object.keys(record).length <= most, `More than ${most} of them.`)
  )

/** Chords by command, where they are not those of the key table. */
export const KeyHabits = few(Word, v.pipe(v.array(Word), v.maxLength(20)), 400)

/** Keys as a file, to carry them to another computer: the whole table as it is. */
export const KeyFile = v.object({ saliscope: v.literal('keys'), version: v.literal(1), keys: KeyHabits })

/** A preset, and actions by place where they are not those of the preset. */
export const MouseHabits = v.object({
  preset: Word,
  changed: few(Word, Word, 20),
  sensitivity: v.pipe(Finite, v.minValue(0.25), v.maxValue(4)),
  upIsBrighter: v.boolean()
})

/** By modality: the layout chosen last, and windows of the own. */
export const ViewHabits = v.object({
  layouts: few(Word, Word, 100),
  presets: few(Word, v.pipe(v.array(v.object({ name: Word, center: Finite, width: Finite })), v.maxLength(20)), 100),
  fps: v.pipe(Finite, v.minValue(1), v.maxValue(60))
})

export const habitSchemas = { keys: KeyHabits, mouse: MouseHabits, view: ViewHabits } as const
export type HabitName = keyof typeof habitSchemas
export type Habits = { readonly [K in HabitName]: v.InferOutput<(typeof habitSchemas)[K]> }

/** One of them, by its name. */
export const Habit = v.variant('name', [
  v.object({ name: v.literal('keys'), value: KeyHabits }),
  v.object({ name: v.literal('mouse'), value: MouseHabits }),
  v.object({ name: v.literal('view'), value: ViewHabits })
])
export type Habit = v.InferOutput<typeof Habit>

const Profile = v.pipe(v.string(), v.minLength(1), v.maxLength(512))
const Grant = v.pipe(v.string(), v.maxLength(4096))
const Nothing = v.object({})

export const habitCommands = {
  /** Of the current profile; null where nobody has chosen, and of what it never changed nothing. */
  'habits.read': command(
    Nothing,
    v.object({ profile: v.nullable(v.string()), habits: v.partial(v.object(habitSchemas)) })
  ),
  /** Keeps one with the current profile. Fault `not-chosen`. */
  'habits.keep': command(v.object({ habit: Habit }), Nothing),
  /** What versions before kept in the window: goes to one profile, or to all there are, where they have none of their own. */
  'habits.moveIn': command(v.object({ profile: v.nullable(Profile), habit: Habit }), Nothing),
  /** Writes keys as a file into a folder; the file's name. Fault `not-writable`. */
  'keys.save': command(v.object({ grant: Grant, keys: KeyHabits }), v.object({ file: v.string() })),
  /** Reads such a file; commands it names may be none. Fault `bad-file`, `not-found`, `too-large`. */
  'keys.open': command(v.object({ grant: Grant }), v.object({ keys: KeyHabits }))
} as const

export const habitEvents = {
  /** A profile's habit was changed: its other window follows. */
  habit: v.object({ profile: v.string(), habit: Habit })
} as const

import type { CliCommand } from '../command'
import { assessCommand } from './assess'
import { attributeCommand } from './attribute'
import { checkCommand } from './check'
import { cohortCommand } from './cohort'
import { compareCommand } from './compare'
import { deidentifyCommand } from './deidentify'
import { demoCommand } from './demo'
import { importCommand } from './import'
import { inspectCommand } from './inspect'
import { masksCommand } from './masks'
import { providersCommand } from './providers'
import { readCommand } from './read'
import { readersCommand } from './readers'
import { schemaCommand } from './schema'
import { scoreCommand } from './score'
import { verifyCommand } from './verify'

/** Every command, in the order of the help text. */
export const commands: readonly CliCommand[] = [
  demoCommand,
  inspectCommand,
  readCommand,
  importCommand,
  attributeCommand,
  scoreCommand,
  assessCommand,
  compareCommand,
  cohortCommand,
  masksCommand,
  readersCommand,
  verifyCommand,
  deidentifyCommand,
  providersCommand,
  checkCommand,
  schemaCommand
]

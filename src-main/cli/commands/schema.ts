import { toJsonSchema } from '@valibot/to-json-schema'
import { CaseFit, RegionSet } from '@shared/region-set'
import type { GenericSchema } from 'valibot'
import { describePresets } from '@engine/attribution/describe-presets'
import { RecipeFile } from '@engine/handlers/recipe'
import { Fault } from '@engine/fault'
import { Experiment } from '@shared/experiment'
import { ModelCard } from '@shared/model-card'
import { Report } from '@shared/report'
import type { CliCommand } from '../command'

const schemas: Readonly<Record<string, GenericSchema>> = {
  'region-set': RegionSet,
  'region-fit': CaseFit,
  experiment: Experiment,
  'model-card': ModelCard,
  recipe: RecipeFile,
  report: Report
}

/** `schema NAME`: the JSON Schema of a file Saliscope reads or writes; `schema presets`: the presets with their maps. */
export const schemaCommand: CliCommand = {
  name: 'schema',
  summary: `JSON Schema of a file: ${Object.keys(schemas).join(', ')}`,
  usage: `saliscope schema ${[...Object.keys(schemas), 'presets'].join('|')}`,
  rules: { flags: ['json'], positional: ['NAME'] },

  async run(args, console) {
    const [name] = args.positional
    if (name === 'presets') {
      console.result(JSON.stringify(describePresets(), null, 2))
      return 0
    }
    const schema = name === undefined ? undefined : schemas[name]
    if (schema === undefined) {
      throw new Fault('usage', name === undefined ? 'No schema is named.' : `There is no schema "${name}".`, {
        hint: `Schemas: ${Object.keys(schemas).join(', ')}; presets.`
      })
    }
    console.result(JSON.stringify(toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' }), null, 2))
    return 0
  }
}

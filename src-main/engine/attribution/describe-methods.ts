import type { GenericSchema, ObjectEntries, ObjectSchema } from 'valibot'
import { methods } from '@engine/attribution/methods/index'
import { paramDefault, paramMetadata } from '@engine/attribution/param'
import { wrappers } from '@engine/attribution/wrappers/index'
import type { MethodSummary, ParamField } from '@shared/vocabulary'

/** Every method and wrapper as data: the picker's forms, `--help` and the report's parameter table are made from it. */
export function describeMethods(): MethodSummary[] {
  const bases = methods.map(({ id, title, group, words, citation, needs, params }): MethodSummary => ({
    id,
    title,
    kind: 'base',
    group,
    words: { ...words },
    citation: { ...citation },
    needs: [...needs],
    params: describeParams(id, params)
  }))
  const around = wrappers.map(({ id, title, words, citation, prefix, params }): MethodSummary => ({
    id,
    title,
    kind: 'wrapper',
    group: 'Wrappers',
    words: { ...words },
    citation: { ...citation },
    needs: [],
    params: describeParams(prefix, params)
  }))
  return [...bases, ...around]
}

/** The fields of a parameter schema with their full names. */
export function describeParams(namespace: string, schema: ObjectSchema<ObjectEntries, undefined>): ParamField[] {
  return Object.entries(schema.entries).map(([key, entry]) => {
    const { title, description, widget, min, max, options } = paramMetadata(entry as GenericSchema)
    const preset = paramDefault(entry as GenericSchema)
    return {
      name: `${namespace}.${key}`,
      title,
      type: widget,
      default: typeof preset === 'string' || typeof preset === 'number' || typeof preset === 'boolean' ? preset : null,
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(options === undefined ? {} : { options: [...options] }),
      description
    }
  })
}

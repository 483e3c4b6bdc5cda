import { listed } from './number-words'
import type { Report } from './report'

export interface Names {
  /** Titles of one model, or of several joined by ` × `. */
  model(id: string): string
  /** The same in few letters, for figures and lists: the id where it is shorter and made for people. */
  short(id: string): string
  method(id: string): string
}

const isHash = (id: string): boolean => /^[0-9a-f]{12,}$/u.test(id)

/** Names of models and methods as the report gives them; an unknown id stands for itself. */
export function namesOf(report: Report): Names {
  const models = new Map(report.models.map((model) => [model.id, model.title]))
  const methods = new Map(report.methods.map((method) => [method.id, method.title]))
  const model = (id: string): string => models.get(id) ?? id
  const short = (id: string): string => (id.length < model(id).length && !isHash(id) ? id : model(id))

  return {
    model: (id) => listed(id.split(' × ').map(model)),
    short: (id) => listed(id.split(' × ').map(short)),
    method: (id) => methods.get(id) ?? id
  }
}

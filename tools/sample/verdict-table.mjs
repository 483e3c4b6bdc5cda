// The verdict table of a report.json as Markdown: node verdict-table.mjs REPORT.json > TABLE.md
import { readFileSync } from 'node:fs'

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const marks = { pass: 'passes', fail: 'fails', inconclusive: 'unclear', 'not-assessable': 'not assessable' }
const figure = (value) => (value === null ? '' : ` ${value.toFixed(2)}`)
const interval = (ci) => (ci === null ? '' : ` [${ci[0].toFixed(2)}, ${ci[1].toFixed(2)}]`)
const areas = report.matrix[0].cells.map(({ area }) => area)
const title = (list, id) => list.find((item) => item.id === id)?.title ?? id

console.log(`# ${report.title}\n`)
console.log(`${report.answer.headline} ${report.answer.tested}\n`)
console.log(`| model | map | ${areas.join(' | ')} | conclusion |`)
console.log(`|${'---|'.repeat(areas.length + 3)}`)
for (const row of report.matrix) {
  const cells = row.cells.map((cell) => `${marks[cell.state]}${figure(cell.value)}${interval(cell.ci95)}`)
  const name = title(report.methods, row.method)
  console.log(
    `| ${row.model} | ${name}${row.role === 'reference' ? ' (reference)' : ''} | ${cells.join(' | ')} | ${row.conclusion} |`
  )
}
console.log(
  '\n| model | uses | mean logit as is | finding removed | cue removed | cue swapped |\n|---|---|---|---|---|---|'
)
for (const key of report.answerKey) {
  const logit = (id) => key.variants.find((item) => item.id === id)?.meanLogit.value?.toFixed(1) ?? '–'
  const figures = ['as-is', 'finding-removed', 'cue-removed', 'cue-swapped'].map(logit)
  console.log(`| ${key.model} | ${key.uses} | ${figures.join(' | ')} |`)
}
console.log(`\nRules: ${report.questions.map(({ area, rule }) => `**${area}** ${rule}`).join(' ')}`)
console.log(
  `\nRecipe ${report.recipe.id.slice(0, 16)}, Saliscope ${report.recipe.saliscope}, seed ${report.recipe.seed}. Made by \`saliscope assess\`.`
)

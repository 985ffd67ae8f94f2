import { toPlain } from './escape.ts'

/** A cell: HTML that is safe already, an id as it is, or lines of safe HTML. Ids and lines are shown whole and not broken. */
export type Cell = string | { readonly id: string } | { readonly lines: readonly string[] }

/**
 * A table in HTML, because no cell of a Markdown table can keep an id from being broken over several lines. Its text must not have blank
 * lines. All heads have words, so that a screen reader can say where it is.
 */
export function renderTable(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const head = heads.map((text) => `<th>${text}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map(renderCell).join('')}</tr>`)
  return ['<table>', `<thead><tr>${head}</tr></thead>`, '<tbody>', ...body, '</tbody>', '</table>'].join('\n')
}

/** Parts that not everybody wants to read, behind a line that says what they are. */
export function renderDetails(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`
}

function renderCell(cell: Cell): string {
  if (typeof cell === 'string') return `<td>${cell}</td>`
  const lines = 'lines' in cell ? cell.lines : [renderId(cell.id)]
  return `<td nowrap>${lines.join('<br>')}</td>`
}

/** `samp` has the same type as `code`, which GitHub's style breaks in spite of `nowrap`. */
export function renderId(id: string): string {
  return `<samp>${toHtml(id)}</samp>`
}

/** Plain text as HTML that shows just that text. */
export function toHtml(text: string): string {
  return toPlain(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

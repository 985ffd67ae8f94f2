import { toPlain } from './escape.ts'

/** A cell: safe HTML, an id as plain text, or lines of safe HTML. Ids and lines are not wrapped. */
export type Cell = string | { readonly id: string } | { readonly lines: readonly string[] }

/**
 * A table in HTML, because no cell of a Markdown table can keep an id from being broken over several lines. Its text must not have blank
 * lines. Every column has a head with words, for screen readers.
 */
export function renderTable(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const head = heads.map((text) => `<th>${text}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map(renderCell).join('')}</tr>`)
  return ['<table>', `<thead><tr>${head}</tr></thead>`, '<tbody>', ...body, '</tbody>', '</table>'].join('\n')
}

/** A folded part of the summary: one line, which opens the content. */
export function renderDetails(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`
}

function renderCell(cell: Cell): string {
  if (typeof cell === 'string') return `<td>${cell}</td>`
  const lines = 'lines' in cell ? cell.lines : [renderId(cell.id)]
  return `<td nowrap>${lines.join('<br>')}</td>`
}

/** An id as `samp`, which looks like `code`. GitHub's style wraps `code` in spite of `nowrap`. */
export function renderId(id: string): string {
  return `<samp>${toHtml(id)}</samp>`
}

/** Plain text as HTML that shows just that text. */
function toHtml(text: string): string {
  return toPlain(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

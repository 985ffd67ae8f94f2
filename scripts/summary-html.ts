/**
 * Renders a job summary as GitHub shows it: Markdown, tables and Mermaid, with GitHub's own style, in one HTML file that a browser opens
 * without a network. Style and Mermaid come from installed packages. The Content-Security-Policy of the page forbids it to load anything.
 */
import { readFile } from 'node:fs/promises'
import { Marked } from 'marked'

const MERMAID = new URL('mermaid.min.js', import.meta.resolve('mermaid'))
const STYLE = new URL(import.meta.resolve('github-markdown-css/github-markdown.css'))

/** The HTML page of a Markdown text. Raw HTML in the text is not escaped, so use this only for summaries of this action. */
export async function renderPage(markdown: string, title = 'Job summary'): Promise<string> {
  // GitHub's page has a heading above the summary.
  return await renderDocument(title, `<h1 class="hidden">${toSafe(title)}</h1>\n${await renderMarkdown(markdown)}`)
}

/** The HTML of a Markdown text, as GitHub makes it. */
export async function renderMarkdown(markdown: string): Promise<string> {
  const body = await new Marked({ gfm: true, renderer: { code: ({ text, lang }) => renderCode(text, lang) } }).parse(markdown)
  // GitHub makes tables reachable by keyboard, because some can be scrolled.
  return body.replaceAll('<table>', '<table tabindex="0">')
}

/** A page in GitHub's style around safe HTML. */
export async function renderDocument(title: string, body: string): Promise<string> {
  const drawing = body.includes('<pre class="mermaid">') ? await renderScripts() : ''
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; frame-src 'self'">
<title>${toSafe(title)}</title>
<style>${await readFile(STYLE, 'utf8')}${PAGE}</style>
</head>
<body>
<main class="markdown-body">
${body}</main>
${drawing}</body>
</html>
`
}

/** Plain text as HTML that shows just that text. */
export function toSafe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function renderCode(text: string, lang: string | undefined): string {
  // Overflowing content can be scrolled by keyboard, too.
  return lang === 'mermaid' ? `<pre class="mermaid">${toSafe(text)}</pre>\n` : `<pre tabindex="0"><code>${toSafe(text)}</code></pre>\n`
}

async function renderScripts(): Promise<string> {
  const mermaid = await readFile(MERMAID, 'utf8')
  // Only `</script` ends a script element.
  return `<script>${mermaid.replaceAll(/<\/(script)/gi, '<\\/$1')}</script>
<script>
const dark = matchMedia('(prefers-color-scheme: dark)').matches
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: dark ? 'dark' : 'default' })
mermaid.run()
</script>
`
}

/** The styles of GitHub's page around the Markdown. It uses the fonts of this machine. */
const PAGE = `
body { margin: 0; background: var(--bgColor-default); }
main.markdown-body { max-width: 980px; box-sizing: border-box; margin: 0 auto; padding: 24px; font-family: "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
main.markdown-body .hidden { position: absolute; width: 1px; height: 1px; margin: 0; padding: 0; overflow: hidden; clip-path: inset(50%); }
main.markdown-body pre.mermaid { padding: 0; background: none; }
@media (max-width: 767px) { main.markdown-body { padding: 16px; } }
`

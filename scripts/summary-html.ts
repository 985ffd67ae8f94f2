/**
 * Renders a job summary as GitHub would show it: Markdown, tables and Mermaid, in one HTML file that a browser opens without a network.
 * Mermaid comes from the installed package. The policy of the page forbids it to load anything.
 */
import { readFile } from 'node:fs/promises'
import { Marked } from 'marked'

const MERMAID = new URL('mermaid.min.js', import.meta.resolve('mermaid'))

/** The HTML page of a Markdown text. Raw HTML in the text is not escaped, so use this only for summaries of this action. */
export async function renderPage(markdown: string): Promise<string> {
  const body = await new Marked({ gfm: true, renderer: { code: ({ text, lang }) => renderCode(text, lang) } }).parse(markdown)
  const drawing = body.includes('<pre class="mermaid">') ? await renderScripts() : ''
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>Job summary</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}</main>
${drawing}</body>
</html>
`
}

function renderCode(text: string, lang: string | undefined): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return lang === 'mermaid' ? `<pre class="mermaid">${safe}</pre>\n` : `<pre><code>${safe}</code></pre>\n`
}

async function renderScripts(): Promise<string> {
  const mermaid = await readFile(MERMAID, 'utf8')
  // Nothing but `</script` ends a script element.
  return `<script>${mermaid.replaceAll(/<\/(script)/gi, '<\\/$1')}</script>
<script>
const dark = matchMedia('(prefers-color-scheme: dark)').matches
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: dark ? 'dark' : 'default', gantt: { useWidth: 940 } })
mermaid.run()
</script>
`
}

const STYLE = `
:root { --text: #1f2328; --muted: #59636e; --line: #d1d9e0; --soft: #f6f8fa; --link: #0969da; --ground: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --text: #f0f6fc; --muted: #9198a1; --line: #3d444d; --soft: #151b23; --link: #4493f8; --ground: #0d1117; }
}
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
main { max-width: 980px; margin: 0 auto; padding: 24px; }
h1, h2 { padding-bottom: .3em; border-bottom: 1px solid var(--line); }
a { color: var(--link); }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-collapse: collapse; margin: 16px 0; }
th, td { padding: 6px 13px; border: 1px solid var(--line); }
th:empty { padding: 0; }
tr:nth-child(2n) { background: var(--soft); }
code, pre { font: 85%/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { padding: .2em .4em; border-radius: 6px; background: var(--soft); }
pre { padding: 16px; overflow: auto; border-radius: 6px; background: var(--soft); }
pre code { padding: 0; background: none; font-size: 100%; }
pre.mermaid { background: none; padding: 0; }
blockquote { margin: 16px 0; padding: 0 1em; color: var(--muted); border-left: .25em solid var(--line); }
`

/** Text from outside, made harmless before it is shown: to the runner's log parser, and to Markdown. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be taken out
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g

/**
 * One line without control or direction characters. The runner takes `##[name` for a command anywhere in a line, and `::name` at
 * its start; ours start with a timestamp. https://github.com/actions/runner, ActionCommand.TryParseV2
 */
export function toPlain(text: string): string {
  return text.replace(CONTROL, ' ').replaceAll('##[', '## [').trim()
}

/** Plain text as Markdown that shows just that text, also inside a table cell. */
export function toMarkdown(text: string): string {
  return toPlain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/\bhttps?:\/\//gi, (scheme) => scheme.replace(':', '&#58;'))
}

/** Text between backticks; a backtick inside would end it. */
export function toCode(text: string): string {
  return `\`${toPlain(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``
}

/** Makes text from outside harmless before it is shown: for the runner's log parser, and for Markdown. */

/**
 * Control characters, line and paragraph separators, lone surrogates, noncharacters such as U+FFFE, and all format characters, including
 * those that change the direction of text. Only the two joiners are kept, because emoji and several scripts need them.
 */
const UNSAFE = /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]--[\u200c\u200d]]+/gv
const UNSAFE_BUT_BREAKS = /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]--[\n\u200c\u200d]]+/gv

/** One line without control or direction characters, and without a command of the runner. */
export function toPlain(text: string): string {
  return breakCommands(text.replace(UNSAFE, ' ')).trim()
}

/** Removes the same characters from a text of several lines, and keeps the line breaks. */
export function toPlainLines(text: string): string {
  return breakCommands(text.replaceAll('\r\n', '\n').replace(UNSAFE_BUT_BREAKS, ' '))
}

/**
 * Breaks what the runner would read as a command: `##[name` anywhere in a line. It reads `::name` only at the start of a line, where this
 * action never prints text from outside: a line of the log starts with a time. https://github.com/actions/runner, ActionCommand.TryParseV2
 */
function breakCommands(text: string): string {
  return text.replaceAll('##[', '## [')
}

/** The text with at most `longest` characters. If it was cut, the last one is `…`. No character is cut in half. */
export function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`
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

/** Text between backticks, without backticks inside, which would end it. */
export function toCode(text: string): string {
  return `\`${toPlain(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``
}

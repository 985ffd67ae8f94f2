import { type Field, field, flag, type ReadInput } from './field.ts'

// biome-ignore lint/suspicious/noTemplateCurlyInString: expressions of GitHub's, which the runner evaluates
const EXPRESSIONS = { token: '${{ github.token }}', key: "${{ format('{0}/{1}', github.job, strategy.job-index) }}" } as const
const LONGEST_KEY = 200

const TOKEN: Field<string> = {
  ...field(EXPRESSIONS.token, 'a token of GitHub, in one word', orNothing(/^[\x21-\x7e]{1,1000}$/)),
  show: () => 'a text that is no token',
}

/** The inputs of the comment on a pull request. */
export const COMMENT_FIELDS = {
  comment: flag('false'),
  'github-token': TOKEN,
  'comment-key': field(EXPRESSIONS.key, `at most ${LONGEST_KEY} characters on one line`, orNothing(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u)),
} as const

/** A comment that was asked for. `token` is '' where there is none, `key` where the job is to decide. */
export type CommentInputs = { readonly token: string; readonly key: string }

/**
 * The comment that the inputs ask for; undefined for none. Reads each input by itself: a run with other bad inputs writes its comment, too,
 * so that the one of an earlier run does not stay as it is.
 */
export function readComment(read: ReadInput): CommentInputs | undefined {
  if (COMMENT_FIELDS.comment.parse(read('comment').trim()) !== true) return undefined
  return {
    token: COMMENT_FIELDS['github-token'].parse(read('github-token').trim()) ?? '',
    key: COMMENT_FIELDS['comment-key'].parse(read('comment-key').trim()) ?? '',
  }
}

/** '' for nothing, and for an expression that something other than GitHub's runner has left as it is. */
function orNothing(shape: RegExp): (text: string) => string | undefined {
  return (text) => (text === '' || text.startsWith('${{') ? '' : shape.test(text) ? text : undefined)
}

/** What the inputs ask for, each read by itself: known also where other inputs are bad. */
export type Asked = { readonly rehearsal: boolean; readonly dryRun: boolean }

/** `read` gives the environment's value where the input is empty. */
export function readAsked(read: ReadInput): Asked {
  const isTrue = (name: string) => flag('false').parse(read(name).trim()) === true
  return { rehearsal: isTrue('rehearsal'), dryRun: isTrue('dry-run') }
}

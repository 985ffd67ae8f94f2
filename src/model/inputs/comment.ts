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

/** The comment that a user wants. `token` is '' if there is none; `key` is '' if the job decides it. */
export type CommentInputs = { readonly token: string; readonly key: string }

/**
 * The comment that the inputs request; undefined for none. It reads these inputs independently of the others, so that a run with another
 * bad input also updates the comment of an earlier run.
 */
export function readComment(read: ReadInput): CommentInputs | undefined {
  if (COMMENT_FIELDS.comment.parse(read('comment').trim()) !== true) return undefined
  return {
    token: COMMENT_FIELDS['github-token'].parse(read('github-token').trim()) ?? '',
    key: COMMENT_FIELDS['comment-key'].parse(read('comment-key').trim()) ?? '',
  }
}

/** Parses a text that may be empty. An expression that a runner did not evaluate counts as empty; GitHub's runner evaluates it. */
function orNothing(shape: RegExp): (text: string) => string | undefined {
  return (text) => (text === '' || text.startsWith('${{') ? '' : shape.test(text) ? text : undefined)
}

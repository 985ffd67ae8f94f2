import type { Refusal, Reply } from './operation.ts'

/** The result of a call. */
export type Result = { readonly reply: Reply } | { readonly refusal: Refusal }

/** What the transport does with a call. A held call waits for `release`, or for ever without it. */
export type Delivery =
  | {
      readonly kind: 'answer'
      readonly result: Result
      readonly mangle?: 'truncated' | 'empty' | 'html' | undefined
      readonly waitMs?: number | undefined
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hold'; readonly release?: (() => Delivery) | undefined }

import type { Refusal, Reply } from './operation.ts'

/** What came of a call. */
export type Result = { readonly reply: Reply } | { readonly refusal: Refusal }

/** What the transport has to do with a call. A held one waits for `release`, for ever if there is none. */
export type Delivery =
  | {
      readonly kind: 'answer'
      readonly result: Result
      readonly mangle?: 'truncated' | 'empty' | 'html' | undefined
      readonly waitMs?: number | undefined
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hold'; readonly release?: (() => Delivery) | undefined }

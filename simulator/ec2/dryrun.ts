import { type Context, type Handler, type Handlers, refuse } from '../operation.ts'

/** Adds `DryRun` to every EC2 operation: a dry run is checked like a real call, and then refused. */
export function withDryRun(handlers: Handlers): Handlers {
  return Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, dryRunnable(handler)]))
}

function dryRunnable(handler: Handler): Handler {
  const tried = (context: Context) => {
    const { DryRun, ...params } = { ...(context.call.params as { readonly DryRun?: string }) }
    if (![undefined, 'true', 'false'].includes(DryRun)) refuse('InvalidParameterValue', `Invalid value '${DryRun}' for DryRun`)
    const outcome = handler({ ...context, call: { ...context.call, params } })
    if (DryRun !== 'true') return outcome
    return refuse('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412)
  }
  return Object.assign(tried, { schema: handler.schema })
}

import { type EvaluationResult, type IAMClient, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam'
import type { Iam, PolicyAnswer, PolicyQuestion } from '../world.ts'
import type { Ask } from './iam-policies.ts'
import { promised } from './retry.ts'

/**
 * The only condition key here with a list of values:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const TAG_KEYS = 'aws:TagKeys'

/** SimulatePrincipalPolicy. It evaluates the policies of the principal and of the organization, and calls none of the actions. */
export function createSimulation(client: IAMClient, ask: Ask): Pick<Iam, 'simulatePolicy'> {
  return {
    simulatePolicy: (principal, question) =>
      ask('SimulatePrincipalPolicy', 'read', async (options) => {
        const answers: PolicyAnswer[] = []
        for await (const page of paginateSimulatePrincipalPolicy({ client }, toRequest(principal, question), options))
          answers.push(...promised(page.EvaluationResults, 'results').flatMap((one) => toAnswers(one, question)))
        return answers
      }),
  }
}

function toRequest(principal: string, { actions, resources, context }: PolicyQuestion) {
  return {
    PolicySourceArn: principal,
    ActionNames: [...actions],
    ResourceArns: [...resources],
    ContextEntries: Object.entries(context).map(([key, values]) => ({
      ContextKeyName: key,
      ContextKeyValues: [...values],
      ContextKeyType: key === TAG_KEYS ? ('stringList' as const) : ('string' as const),
    })),
  }
}

/** One answer for each resource. IAM gives only one if the resource is `*`. */
function toAnswers(result: EvaluationResult, { resources }: PolicyQuestion): readonly PolicyAnswer[] {
  const action = result.EvalActionName ?? ''
  const barred = result.OrganizationsDecisionDetail?.AllowedByOrganizations === false
  const specific = result.ResourceSpecificResults ?? []
  if (specific.length === 0) {
    const answer = barred ? 'denied' : judge(result.EvalDecision, result.MissingContextValues)
    return resources.map((resource) => ({ action, resource, answer }))
  }
  return specific.map((one) => ({
    action,
    resource: one.EvalResourceName ?? '',
    answer: barred ? 'denied' : judge(one.EvalResourceDecision, one.MissingContextValues),
  }))
}

/** An explicit denial is certain, even if condition keys are missing. Any other decision that depends on a missing key is `unknown`. */
function judge(decision: string | undefined, missing: readonly string[] = []): PolicyAnswer['answer'] {
  if (decision === 'explicitDeny') return 'denied'
  if (missing.length > 0) return 'unknown'
  return decision === 'allowed' ? 'allowed' : 'denied'
}

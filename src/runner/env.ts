/**
 * Takes out variables of AWS that are set to nothing: the post step of aws-actions/configure-aws-credentials clears credentials so, and
 * the SDK holds some of them for values.
 */
export function deleteEmptyVariables(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) if (name.startsWith('AWS_') && value === '') delete env[name]
}

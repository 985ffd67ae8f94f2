// Makes the calls that aws-actions/configure-aws-credentials makes for a role, in its order: the token of the run, then
// AssumeRoleWithWebIdentity, which is not signed, then a signed GetCallerIdentity. Where the run has no token, it exports fixed keys.
const { appendFileSync } = require('node:fs')

const region = process.env['INPUT_AWS-REGION'] ?? ''
const role = process.env['INPUT_ROLE-TO-ASSUME'] ?? ''
const { ACTIONS_ID_TOKEN_REQUEST_URL: tokenUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer, AWS_ENDPOINT_URL: endpoint } = process.env

async function main() {
  if (!/^arn:aws:iam::\d{12}:role\//.test(role) || region === '') throw new Error('role-to-assume and aws-region are needed')
  const fixed = { id: 'AKIDACT', secret: 'act', token: 'act' }
  const { id, secret, token } = tokenUrl && bearer && endpoint ? await assume() : fixed
  const exported = {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: token,
  }
  for (const [name, value] of Object.entries(exported)) appendFileSync(process.env.GITHUB_ENV, `${name}=${value}\n`)
}

async function assume() {
  const answer = await fetch(`${tokenUrl}&audience=sts.amazonaws.com`, { headers: { authorization: `Bearer ${bearer}` } })
  const { value } = await answer.json()
  console.log(`::add-mask::${value}`)
  const granted = await askSts({
    ...{ Action: 'AssumeRoleWithWebIdentity', RoleArn: role, RoleSessionName: 'GitHubActions', DurationSeconds: '3600' },
    WebIdentityToken: value,
  })
  const read = (name) => new RegExp(`<${name}>(.*?)</${name}>`).exec(granted)?.[1] ?? ''
  const keys = { id: read('AccessKeyId'), secret: read('SecretAccessKey'), token: read('SessionToken') }
  const scope = `Credential=${keys.id}/${new Date().toISOString().slice(0, 10).replaceAll('-', '')}/${region}/sts/aws4_request`
  const who = await askSts(
    { Action: 'GetCallerIdentity' },
    { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`, 'x-amz-security-token': keys.token },
  )
  console.log(`Authenticated as ${/<Arn>(.*?)<\/Arn>/.exec(who)?.[1]}`)
  return keys
}

async function askSts(parameters, headers = {}) {
  const given = {
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': 'configure-aws-credentials-for-github-actions',
    ...headers,
  }
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: given,
    body: String(new URLSearchParams({ ...parameters, Version: '2011-06-15' })),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${parameters.Action}: ${text}`)
  return text
}

main().catch((error) => {
  console.log(`::error::${error.message}`)
  process.exitCode = 1
})

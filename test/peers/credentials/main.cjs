const { appendFileSync } = require('node:fs')

const region = process.env['INPUT_AWS-REGION'] ?? ''
if (!/^arn:aws:iam::\d{12}:role\//.test(process.env['INPUT_ROLE-TO-ASSUME'] ?? '') || region === '') {
  console.log('::error::role-to-assume and aws-region are needed')
  process.exitCode = 1
}
const exported = {
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: 'AKIDACT',
  AWS_SECRET_ACCESS_KEY: 'act',
  AWS_SESSION_TOKEN: 'act',
}
for (const [name, value] of Object.entries(exported)) appendFileSync(process.env.GITHUB_ENV, `${name}=${value}\n`)

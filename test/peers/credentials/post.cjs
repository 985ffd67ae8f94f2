const { appendFileSync } = require('node:fs')

for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
  appendFileSync(process.env.GITHUB_ENV, `${name}=\n`)
}

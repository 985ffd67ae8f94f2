/**
 * Runs a file with Node 24: with the Node that runs this script if it is new enough, else with the Node of the optional dependencies. Any
 * Node can run this script. (npm 11 links that Node as node_modules/.bin/node; npm 10 does not, because three packages offer a bin of that
 * name.)
 */
const { spawnSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const { delimiter, dirname, join, resolve } = require('node:path')

const WANTED = 24
const PACKAGES = { linux: 'linux', win32: 'win' }

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= WANTED) return process.execPath
  const name = `node-${PACKAGES[process.platform]}-${process.arch}`
  const path = resolve(__dirname, '../node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(path)) return path
  console.error(
    `This needs Node ${WANTED} or newer; it runs on ${process.version}. There is no package with Node ${WANTED} for ${process.platform} ${process.arch}: install Node ${WANTED}.`,
  )
  process.exit(1)
}

const node = findNode()
const env = {
  ...process.env,
  PATH: `${dirname(node)}${delimiter}${join(__dirname, '../node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
}
const { status, signal } = spawnSync(node, process.argv.slice(2), { stdio: 'inherit', env })
process.exit(status ?? (signal === null ? 1 : 130))

/**
 * The rules of junit-10.xsd as the xUnit plugin of Jenkins has it: which element may stand in which, with which attributes. Of the elements
 * only those that we could write are here, so any other is an error. https://github.com/jenkinsci/xunit-plugin
 */
type Rule = {
  readonly children: readonly string[]
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly text: boolean
}

const MARK: Rule = { children: [], required: [], optional: ['type', 'message'], text: true }
const RULES: Readonly<Record<string, Rule>> = {
  testsuites: { children: ['testsuite'], required: [], optional: ['name', 'time', 'tests', 'failures', 'errors'], text: false },
  testsuite: {
    children: ['testsuite', 'testcase'],
    required: ['name', 'tests', 'failures', 'errors'],
    optional: ['time', 'skipped', 'timestamp', 'hostname', 'id', 'package', 'group', 'file', 'log', 'url'],
    text: false,
  },
  testcase: { children: ['skipped', 'failure', 'error'], required: ['name'], optional: ['time', 'classname', 'group'], text: false },
  failure: MARK,
  error: MARK,
  skipped: MARK,
}
/** Of `time` on suites; a negative or exponential number is none. */
const TIME = /^(?:(?:[0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(?:\.[0-9]*)?$/

/** An element as fast-xml-parser has it with `preserveOrder`. */
export type XmlNode = { readonly ':@'?: Readonly<Record<string, string>>; readonly [name: string]: unknown }

const ROOT: Rule = { children: ['testsuites'], required: [], optional: [], text: false }

/** What is wrong with these elements, which may stand in `parent`. */
export function findSchemaErrors(nodes: readonly XmlNode[], parent = ROOT): readonly string[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@') ?? ''
    if (name === '?xml') return []
    return name === '#text' ? findTextErrors(String(node[name]), parent) : findElementErrors(name, node, parent)
  })
}

function findTextErrors(text: string, parent: Rule): readonly string[] {
  return parent.text || text.trim() === '' ? [] : [`text where none may be: ${text}`]
}

function findElementErrors(name: string, node: XmlNode, parent: Rule): readonly string[] {
  const rule = RULES[name]
  if (rule === undefined || !parent.children.includes(name)) return [`<${name}> where it may not be`]
  return [...findAttributeErrors(name, rule, node[':@'] ?? {}), ...findSchemaErrors(node[name] as readonly XmlNode[], rule)]
}

function findAttributeErrors(name: string, { required, optional }: Rule, attributes: Readonly<Record<string, string>>): readonly string[] {
  const given = Object.keys(attributes)
  const stray = given.filter((one) => !required.includes(one) && !optional.includes(one))
  const lacking = required.filter((one) => !given.includes(one))
  const timed = name !== 'testcase' && attributes.time !== undefined && !TIME.test(attributes.time)
  return [
    ...stray.map((one) => `<${name}> has no ${one}`),
    ...lacking.map((one) => `<${name}> lacks ${one}`),
    ...(timed ? [`<${name}> has no time ${attributes.time}`] : []),
  ]
}

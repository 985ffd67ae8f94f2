/**
 * Which file may import which: `npm run check` holds it. Folders are a stack, in `src` and in `simulator`. An import upward, or a circle,
 * fails. The comment of a rule says what to do when it fails.
 */

/** A folder of src: what it may import of src, of npm, and of Node itself. */
const folder = (name, { own, packages = [], node = [] }, comment) => [
  {
    name: `${name}-imports`,
    comment,
    severity: 'error',
    from: { path: `^src/${name}` },
    to: { path: '^src/', pathNot: own.map((one) => `^src/${one}`) },
  },
  {
    name: `${name}-packages`,
    comment: `${comment} Allow a further package here only if it fits that.`,
    severity: 'error',
    from: { path: `^src/${name}` },
    to: { path: '^node_modules/', pathNot: packages.map((one) => `^node_modules/${one}/`) },
  },
  {
    name: `${name}-node`,
    comment: `${comment} Allow a further module of Node here only if it fits that.`,
    severity: 'error',
    from: { path: `^src/${name}` },
    to: { dependencyTypes: ['core'], pathNot: node.map((one) => `^(node:)?${one}$`) },
  },
]

/** The layers of src/model, top down. A file imports its own layer and those below. The files beside the folders are the lowest layer. */
const MODEL_LAYERS = ['verdict', 'plan', 'inputs', 'targets', 'cleanup', 'timeline', 'capacity', 'probes']

/** The layers of the simulator, top down. */
const SIMULATOR_LAYERS = [
  ['main', '^simulator/main'],
  ['rehearsal', '^simulator/rehearsal/'],
  ['fleet', '^simulator/fleet/'],
  ['server', '^simulator/server'],
  ['transport', '^simulator/wire/'],
  ['admin-api', '^simulator/admin-api'],
  ['engine', '^simulator/engine'],
  ['handlers', '^simulator/handlers'],
  ['checks-of-a-call', '^simulator/(apply-fault|authorize)'],
  ['admin', '^simulator/admin/'],
  ['services', '^simulator/(autoscaling|cloudwatch|ec2|ecs|elb|fis|iam|sts)/'],
  ['operation', '^simulator/(operation|idempotency|pagination|query-schema|delivery|service)'],
  ['account', '^simulator/account/'],
]

const layersAbove = (layers, index) => layers.slice(0, index)

export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two files that import each other are one file, or both need a third below them. Move what they share down.',
      severity: 'error',
      from: { path: '^(src|simulator)/' },
      to: { circular: true },
    },
    {
      name: 'product-knows-no-simulator',
      comment: 'The action must not know that a simulated AWS exists: what it does there must be what it does on AWS.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(simulator|test|scripts)/' },
    },
    {
      name: 'simulator-knows-no-product',
      comment: 'A simulator that shares code with the action would agree with its mistakes.',
      severity: 'error',
      from: { path: '^simulator/' },
      to: { path: '^(src|test|scripts)/' },
    },
    {
      name: 'nobody-imports-an-entry',
      comment: 'An entry acts when it is loaded. Move what is needed elsewhere into a flow or a step.',
      severity: 'error',
      from: { pathNot: '^src/entries/' },
      to: { path: '^src/entries/' },
    },
    ...MODEL_LAYERS.slice(1).map((name, index) => ({
      name: `model-${name}-imports-downward`,
      comment: `Of src/model, ${name} may import only ${[...MODEL_LAYERS.slice(index + 1), 'the files beside the folders'].join(', ')}: move what it needs down.`,
      severity: 'error',
      from: { path: `^src/model/${name}/` },
      to: { path: layersAbove(MODEL_LAYERS, index + 1).map((one) => `^src/model/${one}/`) },
    })),
    {
      name: 'model-ground-imports-nothing-above',
      comment: 'A file beside the folders of src/model is what all of them share; it imports none of them.',
      severity: 'error',
      from: { path: '^src/model/[^/]+$' },
      to: { path: '^src/model/[^/]+/' },
    },
    ...folder(
      'model',
      { own: ['model'], packages: ['tinyduration', 'valibot'] },
      'The model is pure data and rules: time, environment and answers are passed in.',
    ),
    ...folder('world', { own: ['model', 'world'] }, 'The ports are types in our own words.'),
    ...folder(
      'report',
      { own: ['model', 'report'], packages: ['markdown-table', 'xast-util-to-xml', 'xastscript', 'valibot'] },
      'A report is a pure rendering of what was seen and concluded.',
    ),
    ...folder('steps', { own: ['model', 'world', 'steps'] }, 'A step reaches the outside only by the ports of world.ts.'),
    ...folder('flows', { own: ['flows', 'steps', 'model', 'world'] }, 'A flow is the story of an entry, told in steps.'),
    ...folder(
      'aws',
      {
        own: ['world', 'model', 'aws'],
        packages: ['@aws-sdk', '@smithy', 'p-retry'],
        node: ['https?', 'stream', 'fs/promises', 'os', 'path', 'crypto'],
      },
      'An adapter between the SDK and the ports: what AWS says becomes our words here, once.',
    ),
    ...folder(
      'runner',
      { own: ['world', 'model', 'report', 'runner'], packages: ['@actions'], node: ['.*'] },
      'An adapter between the Actions runner, or the machine around it, and the ports.',
    ),
    ...SIMULATOR_LAYERS.map(([name, path], index) => ({
      name: `simulator-${name}-is-above`,
      comment: 'The simulator stacks, from main down to the account: SIMULATOR_LAYERS has the order. Move what is needed down.',
      severity: 'error',
      from: { path: '^simulator/', pathNot: SIMULATOR_LAYERS.slice(0, index + 1).map(([, one]) => one) },
      to: { path },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}

/** The version of this action. package.json alone has it; the bundler puts the number in. */
import manifest from '../../package.json' with { type: 'json' }

export const VERSION = manifest.version

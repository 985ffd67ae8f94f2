/** The version of this action. It is defined only in package.json; the bundler inserts it. */
import manifest from '../../package.json' with { type: 'json' }

export const VERSION = manifest.version

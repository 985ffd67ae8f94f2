/** The version and the home of this action. package.json alone has them; the bundler puts them in. */
import manifest from '../../package.json' with { type: 'json' }

export const VERSION = manifest.version

export const HOME = manifest.repository.url.replace(/^git\+|\.git$/g, '')

declare module '@vercel/ncc' {
  type Options = { minify: boolean; cache: boolean; quiet: boolean; target: string; externals: string[] }
  type Compiled = { version: string; modules: { nameForCondition: string | null }[] }
  type Stats = { toJson(options: Record<string, boolean>): Compiled }
  /** The package has no types: https://github.com/vercel/ncc#programmatically-from-nodejs. `stats` are those of webpack. */
  export default function ncc(
    input: string,
    options: Options,
  ): Promise<{ code: string; assets: Record<string, { source: string | Buffer }>; stats: Stats }>
}

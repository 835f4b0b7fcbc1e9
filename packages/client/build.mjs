/**
 * Build the browser runtime: `node build.mjs [folder]`, by default into the Python package.
 *
 * One ES module per mode holds React, the Flight client and our code, so that there is one React on the page; small
 * facade modules give an import map something to point at. The output is committed, so the same sources must give
 * the same bytes on every machine: no dates, no absolute paths, one working directory.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const HERE = dirname(fileURLToPath(import.meta.url))
const ROOT = resolve(HERE, '../..')
const OUTPUT = resolve(process.argv[2] ?? join(ROOT, 'src/wingbeat/browser'))
const MODES = ['production', 'development']
const BUNDLED = ['react', 'react-dom', 'react-server-dom-webpack', 'scheduler']
const LATE_CONTENT = 'late-content.js'
const FACADES = {
  react: 'react.js',
  'react-dom': 'react-dom.js',
  'react-dom/client': 'react-dom-client.js',
  'react/jsx-runtime': 'jsx-runtime.js',
  'react/jsx-dev-runtime': 'jsx-dev-runtime.js',
  wingbeat: 'wingbeat.js',
}

const require = createRequire(import.meta.url)

function packageFile(name, path) {
  return join(dirname(require.resolve(`${name}/package.json`)), path)
}

function versionOf(name) {
  return JSON.parse(readFileSync(packageFile(name, 'package.json'), 'utf8')).version
}

/** A name exists in both modes if it does in one: a missing one fails the import of the whole module. */
function exportsOf(name, file) {
  const names = MODES.flatMap((mode) => Object.keys(require(packageFile(name, `cjs/${file}.${mode}.js`))))
  return [...new Set(names)].sort()
}

const REACT = exportsOf('react', 'react')
const REACT_DOM = exportsOf('react-dom', 'react-dom')
const REACT_DOM_CLIENT = exportsOf('react-dom', 'react-dom-client')

/** React's names are the runtime's own; those of the other packages, which collide with them, carry a prefix. */
const ENTRY = `
import './src/client-references.js'
import * as ReactDOM from 'react-dom'
import * as ReactDOMClient from 'react-dom/client'
import * as JSX from 'react/jsx-runtime'
import * as JSXDev from 'react/jsx-dev-runtime'
import './src/start.js'
export { default, ${REACT.join(', ')} } from 'react'
export { ReactDOM, ReactDOMClient, JSX, JSXDev }
export * from './src/index.js'
`

/** What is in the development build alone. */
const DEVELOPMENT_ENTRY = "import './src/dev-start.js'\n"

function namesFrom(object, names) {
  return `import { ${object} } from './runtime.js'\nexport const { ${names.join(', ')} } = ${object}\n`
}

function facadeSources(runtimeNames) {
  return {
    'react.js': `export { default, ${REACT.join(', ')} } from './runtime.js'\n`,
    'react-dom.js': `${namesFrom('ReactDOM', REACT_DOM)}export default ReactDOM\n`,
    'react-dom-client.js': `${namesFrom('ReactDOMClient', REACT_DOM_CLIENT)}export default ReactDOMClient\n`,
    'jsx-runtime.js': namesFrom('JSX', ['Fragment', 'jsx', 'jsxs']),
    'jsx-dev-runtime.js': namesFrom('JSXDev', ['Fragment', 'jsxDEV']),
    'wingbeat.js': `export { ${runtimeNames.join(', ')} } from './runtime.js'\n`,
  }
}

function licences() {
  const texts = BUNDLED.map(
    (name) => `${name} ${versionOf(name)}\n\n${readFileSync(packageFile(name, 'LICENSE'), 'utf8').trim()}\n`,
  )
  return `runtime.js contains the following packages.\n\n${texts.join('\n---\n\n')}`
}

async function bundle(mode) {
  const isProduction = mode === 'production'
  const result = await build({
    stdin: {
      contents: isProduction ? ENTRY : ENTRY + DEVELOPMENT_ENTRY,
      resolveDir: HERE,
      sourcefile: 'runtime-entry.js',
      loader: 'js',
    },
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    outfile: 'runtime.js',
    jsx: 'automatic',
    jsxDev: false,
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    minify: isProduction,
    legalComments: 'none', // the licences stand in LICENSES, whole
    banner: { js: `/* Contains React ${versionOf('react')}; MIT License, see LICENSES beside this file. */` },
    logLevel: 'warning',
  })
  const [output] = Object.values(result.metafile.outputs)
  const foreign = new Set([...REACT, 'default', 'ReactDOM', 'ReactDOMClient', 'JSX', 'JSXDev'])
  const runtimeNames = output.exports.filter((name) => !foreign.has(name)).sort()
  return {
    'runtime.js': result.outputFiles[0].text,
    ...facadeSources(runtimeNames),
    [LATE_CONTENT]: await inlined('late-content.ts'),
    LICENSES: licences(),
  }
}

/** A script that stands in the document itself, so it is small in every mode and pollutes nothing. */
async function inlined(source) {
  const result = await build({
    entryPoints: [join(HERE, 'src', source)],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    logLevel: 'warning',
  })
  return result.outputFiles[0].text.trim()
}

const manifest = { react: versionOf('react') }
for (const mode of MODES) {
  const files = await bundle(mode)
  const folder = join(OUTPUT, mode)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const hashes = {}
  for (const name of Object.keys(files).sort()) {
    writeFileSync(join(folder, name), files[name])
    hashes[name] = createHash('sha256').update(files[name]).digest('hex')
  }
  manifest[mode] = { runtime: 'runtime.js', lateContent: LATE_CONTENT, imports: FACADES, files: hashes }
}
writeFileSync(join(OUTPUT, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)

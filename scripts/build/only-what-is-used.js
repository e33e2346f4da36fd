/**
 * What the command line needs of packages that load whole: of undici its HTTP/1 client (not fetch, WebSocket, caches and
 * mocks), of zod the English messages, of the prompts all but the one that opens an editor, of commander all but
 * subcommands that are programs of their own. Half the size, and half the time until a command's first request leaves.
 */
export const onlyWhatIsUsed = {
  name: 'only-what-is-used',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/') ? { path: 'nothing', namespace: 'only-what-is-used' } : undefined,
    );
    onLoad({ filter: /^nothing$/, namespace: 'only-what-is-used' }, () => ({ contents: '' }));
    onResolve({ filter: /^undici$/ }, ({ resolveDir }) => ({
      path: 'undici',
      namespace: 'only-what-is-used',
      pluginData: { resolveDir },
    }));
    onLoad({ filter: /^undici$/, namespace: 'only-what-is-used' }, ({ pluginData }) => ({
      contents: `
        const Dispatcher = require('undici/lib/dispatcher/dispatcher.js');
        Object.assign(Dispatcher.prototype, require('undici/lib/api/index.js'));
        exports.Agent = require('undici/lib/dispatcher/agent.js');`,
      resolveDir: pluginData.resolveDir,
    }));
    onLoad({ filter: /\/undici\/lib\/web\/fetch\/index\.js$/ }, () => ({ contents: '' }));
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: 'node_modules/zod/v4/locales',
    }));
    onLoad({ filter: /\/@inquirer\/editor\// }, () => ({ contents: 'export default undefined;' }));
  },
};

/** Stand-ins for what is not there without bundler and browser; to be imported before whatever needs them. */

import { Token } from '@lumino/coreutils';

function standIn(name: string, exports: object): void {
  const filename = require.resolve(name);
  require.cache[filename] = { exports } as NodeJS.Module;
}

// A module that only a bundler can load.
standIn('@jupyterlab/settingregistry', { ISettingRegistry: new Token('stand-in') });

/** A link of a page, which may be relative. */
class Link extends URL {
  override get href(): string {
    return super.href;
  }

  override set href(address: string) {
    super.href = new URL(address, 'http://127.0.0.1/').href;
  }
}

/** As much of a page as pollers and Lab's requests need: it is seen, and has a cookie and links. */
class Page extends EventTarget {
  readonly hidden = false;
  readonly cookie = '_xsrf=xsrf-of-the-page';

  createElement(): Link {
    return new Link('http://127.0.0.1/');
  }
}

Object.assign(globalThis, { document: new Page() });

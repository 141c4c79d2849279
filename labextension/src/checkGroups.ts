/** What the environment check has found in order, a line for each group, in people's words. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Check } from './api';

/** The groups, in the order in which they are shown. */
const GROUPS = [
  'access',
  'index',
  'policy',
  'token',
  'kernels',
  'clients',
  'files',
  'versions'
] as const;

/** One of them. */
export type GroupName = (typeof GROUPS)[number];

/** What is fine, or could not be told, of one subject. */
export interface ICheckGroup {
  name: GroupName;
  checks: Check[];
}

/** By what the names of checks look like; the first that fits counts. All others are about the way to the index. */
const LOOKS: readonly (readonly [GroupName, RegExp])[] = [
  // A permission is named as its service does, with a colon or full stops inside.
  ['access', /^(configuration|servers|reading the index)$|credentials|SDK|-auth|^\w+[:.]\w/],
  ['policy', /^(gate|locked options|known malware|upload times|own names|upstreams)/],
  ['token', /^(token|last refresh|clock)/],
  ['kernels', /^(kernels?|pip of|uv|%pip of|specification of|other indexes|PIP_|UV_)/],
  ['clients', /^(client|netrc|addresses)/],
  ['versions', /^(front end|jupyter_server|ipython)/],
  ['files', /^(file modes|leftovers|pip|poetry|pdm|pipenv|pyproject|requirements)/]
];

/** The checks that found nothing wrong, by group; empty groups are left out. */
export function checkGroups(checks: readonly Check[]): ICheckGroup[] {
  return GROUPS.map(name => ({
    name,
    checks: checks.filter(check => check.ok !== false && groupOf(check) === name)
  })).filter(group => group.checks.length > 0);
}

/** What a group says in one line. */
export function groupTitle({ name }: ICheckGroup, trans: TranslationBundle): string {
  switch (name) {
    case 'access':
      return trans.__('Access');
    case 'index':
      return trans.__('The way to the index');
    case 'policy':
      return trans.__('Policy');
    case 'token':
      return trans.__('Token and clock');
    case 'kernels':
      return trans.__('Kernels');
    case 'clients':
      return trans.__('Package managers');
    case 'files':
      return trans.__('Files');
    case 'versions':
      return trans.__('Versions');
  }
}

/** How it stands, in one line of people's words; what could not be told is counted. */
export function groupSummary(group: ICheckGroup, trans: TranslationBundle): string {
  const fine = group.checks.filter(check => check.ok);
  const untold = group.checks.length - fine.length;
  const parts = [
    fine.length > 0 ? inOrder(group.name, fine, trans) : '',
    untold > 0 ? trans._n('%1 could not be told', '%1 could not be told', untold) : ''
  ];
  return parts.filter(part => part).join('; ');
}

/** The name of a check as a title; what a program spells stays as it spells it. */
export function checkTitle({ name }: Check): string {
  return /^[a-z]+( [a-z]+)*$/.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

function inOrder(name: GroupName, fine: readonly Check[], trans: TranslationBundle): string {
  switch (name) {
    case 'access':
      return trans.__('you may get tokens and read packages');
    case 'index':
      return trans._n('the host answers', 'all %1 hosts answer', fine.length);
    case 'kernels':
      return trans.__('pip and uv use the secure index');
    case 'clients':
      return trans.__('they use the secure index, and no address holds a token');
    case 'files':
      return trans.__('what holds secrets is for you only, and nothing was left behind');
    case 'versions':
      return trans.__('they fit together');
    case 'policy':
    case 'token':
      return fine.map(check => `${check.name}: ${check.message}`).join('; ');
  }
}

function groupOf({ name }: Check): GroupName {
  return LOOKS.find(([, look]) => look.test(name))?.[0] ?? 'index';
}

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
  'versions',
  'other'
] as const;

/** One of them. */
export type GroupName = (typeof GROUPS)[number];

/** What is fine, or could not be determined, of one subject. */
export interface ICheckGroup {
  name: GroupName;
  checks: Check[];
  /** Whether every check of the subject passes: none found something wrong, none is left open. */
  passes: boolean;
}

/** By what the names of checks look like; the first that fits counts. */
const LOOKS: readonly (readonly [GroupName, RegExp])[] = [
  // A permission is named as its service does, with a colon or full stops inside.
  ['access', /^(configuration|servers|reading the index)$|credentials|SDK|-auth|^\w+[:.]\w/],
  ['index', / endpoint$/],
  ['policy', /^(gate|locked options|known malware|upload times|own names|upstreams)/],
  ['token', /^(token|last refresh|clock)/],
  ['kernels', /^(kernels?|pip of|uv|%pip of|specification of|other indexes|PIP_|UV_)/],
  ['clients', /^(client|netrc|addresses)/],
  ['versions', /^(front end|jupyter_server|ipython)/],
  ['files', /^(file modes|leftovers|pip|poetry|pdm|pipenv|pyproject|requirements)/]
];

/**
 * The checks that found nothing wrong, by group; empty groups are left out.
 * @param checks are all of an examination, findings too: a group with findings is not all in order.
 */
export function checkGroups(checks: readonly Check[]): ICheckGroup[] {
  return GROUPS.map(name => {
    const all = checks.filter(check => groupOf(check) === name);
    return {
      name,
      checks: all.filter(check => check.ok !== false),
      passes: all.every(check => check.ok)
    };
  }).filter(group => group.checks.length > 0);
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
    case 'other':
      return trans.__('Other');
  }
}

/** How it stands, in one line of people's words: in a sentence where all passes, else in numbers. */
export function groupSummary(group: ICheckGroup, trans: TranslationBundle): string {
  const fine = group.checks.filter(check => check.ok);
  const open = group.checks.length - fine.length;
  const parts = [
    fine.length > 0 ? fineWords(group, fine, trans) : '',
    open > 0 ? trans._n('%1 could not be determined', '%1 could not be determined', open) : ''
  ];
  return parts.filter(part => part).join('; ');
}

/** The name of a check as a title; what a program spells stays as it spells it. */
export function checkTitle({ name }: Check): string {
  return /^[a-z]+( [a-z]+)*$/.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

/** What is in order: the messages of checks that speak for themselves, the group's sentence, or how many there are. */
function fineWords(
  { name, passes }: ICheckGroup,
  fine: readonly Check[],
  trans: TranslationBundle
): string {
  if (name === 'policy' || name === 'token') {
    return fine.map(check => `${check.name}: ${check.message}`).join('; ');
  }
  const sentence = passes ? sentenceOf(name, fine, trans) : '';
  return sentence || trans._n('%1 in order', '%1 in order', fine.length);
}

/** What it means that all checks of a group pass; empty where the check that proves it was not made. */
function sentenceOf(name: GroupName, fine: readonly Check[], trans: TranslationBundle): string {
  const has = (look: RegExp): boolean => fine.some(check => look.test(check.name));
  switch (name) {
    case 'access':
      // A read, or the permission for it, as its service names it.
      return has(/^reading the index$|:Read[A-Z]/)
        ? trans.__('you may get tokens and read packages')
        : '';
    case 'index':
      return trans._n('the host answers', 'all %1 hosts answer', fine.length);
    case 'kernels':
      if (!has(/^kernel /)) {
        return '';
      }
      return has(/^uv$/)
        ? trans.__('pip and uv use the secure index')
        : trans.__('pip uses the secure index');
    case 'clients':
      return has(/^client /)
        ? trans.__('they use the secure index, and no address holds a token')
        : '';
    case 'files':
      return trans.__('what holds secrets is for you only, and nothing was left behind');
    case 'versions':
      return trans.__('they fit together');
    default:
      return '';
  }
}

function groupOf({ name }: Check): GroupName {
  return LOOKS.find(([, look]) => look.test(name))?.[0] ?? 'other';
}

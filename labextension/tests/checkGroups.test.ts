import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkGroups, groupSummary } from '../src/checkGroups';
import { english } from './fixtures';
import { check, leftover } from './panelFixtures';

/** Names as the doctor has them, and the group that each is told in. */
const NAMES: [string, string][] = [
  ['configuration', 'access'],
  ['AWS credentials', 'access'],
  ['AWS SDK', 'access'],
  ['sts:AssumeRole', 'access'],
  ['codeartifact:ReadFromRepository', 'access'],
  ['artifactregistry.repositories.get', 'access'],
  ['google-auth', 'access'],
  ['reading the index', 'access'],
  ['codeartifact endpoint', 'index'],
  ['gate', 'policy'],
  ['own names', 'policy'],
  ['clock', 'token'],
  ['token at the index', 'token'],
  ['kernel acme', 'kernels'],
  ['pip of acme', 'kernels'],
  ['uv', 'kernels'],
  ['client twine', 'clients'],
  ['netrc', 'clients'],
  ['file modes', 'files'],
  ['leftovers', 'files'],
  ['front end', 'versions'],
  ['ipython', 'versions'],
  ['something new', 'other']
];

for (const [name, group] of NAMES) {
  test(`${name} is told in the group ${group}`, () => {
    assert.deepEqual(
      checkGroups([check({ name })]).map(one => one.name),
      [group]
    );
  });
}

test('findings are in no group', () => {
  assert.deepEqual(checkGroups([leftover]), []);
});

/** What is said of the checks with these names and results, all of one group. */
function said(...checks: [string, boolean | null][]): string {
  const [group] = checkGroups(checks.map(([name, ok]) => check({ name, ok })));
  return groupSummary(group, english);
}

/** What proves the sentence of each group, and the sentence. */
const SENTENCES: [string, string][] = [
  ['reading the index', 'you may get tokens and read packages'],
  ['codeartifact:ReadFromRepository', 'you may get tokens and read packages'],
  ['index endpoint', 'the host answers'],
  ['kernel acme', 'pip uses the secure index'],
  ['client twine', 'they use the secure index, and no address holds a token'],
  ['file modes', 'what holds secrets is for you only, and nothing was left behind'],
  ['front end', 'they fit together']
];

/** Another check of the same group. */
const BESIDE: Record<string, string> = {
  'reading the index': 'sts:AssumeRole',
  'codeartifact:ReadFromRepository': 'sts:AssumeRole',
  'index endpoint': 'sts endpoint',
  'kernel acme': 'kernel remote',
  'client twine': 'addresses',
  'file modes': 'leftovers',
  'front end': 'ipython'
};

for (const [name, sentence] of SENTENCES) {
  test(`${name}: "${sentence}" is said only where every check of the group passes`, () => {
    assert.equal(said([name, true]), sentence);
    assert.equal(said([name, true], [BESIDE[name], false]), '1 in order');
    assert.equal(said([name, true], [BESIDE[name], null]), '1 in order; 1 could not be determined');
  });
}

test('a sentence that the checks do not prove is not said', () => {
  assert.equal(said(['AWS credentials', true]), '1 in order');
  assert.equal(said(['pip of acme', true]), '1 in order');
  assert.equal(said(['addresses', true]), '1 in order');
  assert.equal(said(['kernel acme', true], ['uv', true]), 'pip and uv use the secure index');
  assert.equal(said(['something new', true]), '1 in order');
});

test('the clock is told in its own words', () => {
  const [group] = checkGroups([check({ message: 'right to the second' })]);
  assert.equal(groupSummary(group, english), 'clock: right to the second');
});

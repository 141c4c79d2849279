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
  ['ipython', 'versions']
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

test('a group says what is in order, and counts what could not be told', () => {
  const [group] = checkGroups([
    check({ name: 'sts:AssumeRole' }),
    check({ name: 'AWS credentials', ok: null })
  ]);
  assert.equal(
    groupSummary(group, english),
    'you may get tokens and read packages; 1 could not be told'
  );
});

test('the clock is told in its own words', () => {
  const [group] = checkGroups([check({ message: 'right to the second' })]);
  assert.equal(groupSummary(group, english), 'clock: right to the second');
});

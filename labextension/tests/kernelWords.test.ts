import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Finding } from '../src/api';
import { findingRemedy, kernelSummary } from '../src/kernelWords';
import { english } from './fixtures';
import { kernel } from './panelFixtures';

const notKnown: Finding = {
  kind: 'unknown',
  source: '',
  message: 'The secure index is not known before the first token.',
  remedy: 'refresh the token'
};
const noIndex: Finding = {
  kind: 'no-index',
  source: 'PIP_NO_INDEX',
  message: 'PIP_NO_INDEX sets no-index: pip installs from no index at all.',
  remedy: 'unset PIP_NO_INDEX where the kernel is started'
};

test('a kernel whose environment was found says what else keeps it from being judged', () => {
  for (const finding of [notKnown, noIndex]) {
    const found = kernel({ state: 'unknown', findings: [finding] });
    assert.equal(kernelSummary(found, english), finding.message);
  }
});

test('a kernel whose environment was not found says why', () => {
  const reason = 'the provisioner slurm starts it elsewhere; configure pip there';
  const found = kernel({ kind: 'remote', prefix: null, state: 'unknown', reason });
  assert.equal(kernelSummary(found, english), reason);
});

test('no unknown kernel is said to have no environment where it has one', () => {
  const words = kernelSummary(kernel({ state: 'unknown', index_url: null }), english);
  assert.doesNotMatch(words, /environment/);
});

test('a secure kernel shows its index, an insecure one what leads away', () => {
  assert.equal(kernelSummary(kernel(), english), 'https://index.example/simple/');
  const away = { ...noIndex, message: 'PIP_INDEX_URL leads away.' };
  assert.equal(
    kernelSummary(kernel({ state: 'insecure', findings: [away] }), english),
    away.message
  );
});

test('a refresh is advised only where it can help', () => {
  assert.equal(findingRemedy(notKnown, 'missing', english), notKnown.remedy);
  for (const condition of ['not_configured', 'misconfigured'] as const) {
    const remedy = findingRemedy(notKnown, condition, english);
    assert.match(remedy, /top of the panel/);
    assert.doesNotMatch(remedy, /refresh/);
    assert.equal(findingRemedy(noIndex, condition, english), noIndex.remedy);
  }
});

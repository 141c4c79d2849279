import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Policy } from '../src/api';
import { policyFacts } from '../src/policyWords';
import { exactly } from '../src/time';
import { english, policyOf } from './fixtures';

const FILE = '/etc/jupyter/jupyter_securepypi_config.json';

function texts(changes: Partial<Policy>): string[] {
  return policyFacts(policyOf(changes), english).map(fact => fact.text);
}

test('without a policy there is nothing to say', () => {
  assert.deepEqual(texts({}), []);
});

test('each option in force has a line', () => {
  assert.deepEqual(
    texts({
      minimum_age: 604_800,
      exempt: ['acme-*', 'tools'],
      unknown_age: 'allow',
      malware: 'block',
      vulnerabilities: 'high',
      blocked: { 'requests<2.32': 'CVE-2024-35195' }
    }),
    [
      'At least 7 days old',
      'Of any age: acme-*, tools',
      'Unknown age allowed',
      'Malware blocked',
      'Vulnerabilities held back from high on',
      '1 blocked by name'
    ]
  );
});

test('a warning is called one', () => {
  assert.deepEqual(texts({ malware: 'warn', vulnerabilities: 'warn' }), [
    'Malware: a warning',
    'Vulnerabilities: a warning'
  ]);
});

test('a locked option names its file, and locked options without an effect are listed', () => {
  const locked = ['malware', 'verify', 'allow_public'].map(option => ({ option, file: FILE }));
  const facts = policyFacts(policyOf({ minimum_age: 60, malware: 'block', locked }), english);
  assert.deepEqual(
    facts.map(fact => [fact.text, fact.lockedBy]),
    [
      ['At least 1 minute old', null],
      ['Malware blocked', FILE],
      ['Also locked: verify, allow_public', FILE]
    ]
  );
});

test('an age is exact to the second', () => {
  assert.equal(exactly(129_600, english), '1 day 12 hours');
  assert.equal(exactly(90_061, english), '1 day 1 hour 1 minute 1 second');
});
